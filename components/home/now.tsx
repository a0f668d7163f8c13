'use client';

import { Check, CircleAlert, Package } from 'lucide-react';
import { useStore } from '../store.ts';
import { desk } from '../uploads/desk.ts';
import { formatTimeLeft } from '../uploads/upload-words.ts';
import { NowLine } from './now-line.tsx';
import { RunningUploads } from './running-uploads.tsx';
import { AddStarterPack, useStarterPack } from './starter-pack.tsx';

/** What goes on, with its numbers, for as long as it does. */
export function Now() {
  const uploads = useStore(desk, ({ shows }) => shows);
  const { pack, seen } = useStarterPack();
  const starter = pack?.status === 'running' || pack?.status === 'failed' || seen;
  return (
    <section className="now" aria-label="Now">
      <h2>Now</h2>
      {!uploads && !starter && <p className="hint">Nothing is running.</p>}
      <ul>
        {starter && <StarterLine />}
        {uploads && <RunningUploads />}
      </ul>
      <StarterWords />
    </section>
  );
}

function StarterLine() {
  const { pack, secondsLeft } = useStarterPack();
  if (pack === undefined) return null;
  const { status, done, total } = pack;
  const figures = `${done} of ${total} sounds`;
  if (status === 'running') {
    return (
      <NowLine
        icon={<Package size={16} strokeWidth={1.75} aria-hidden />}
        title="Making the starter pack"
        note={figures}
        side={secondsLeft === undefined ? '' : formatTimeLeft(secondsLeft)}
        share={done / total}
      />
    );
  }
  if (status === 'complete') {
    const icon = <Check size={16} strokeWidth={1.75} aria-hidden />;
    return <NowLine icon={icon} tone="good" title="The starter pack is in the library" note={`${total} sounds`} />;
  }
  return (
    <NowLine
      icon={<CircleAlert size={16} strokeWidth={1.75} aria-hidden />}
      tone="bad"
      title="The starter pack is not complete"
      note={`${figures}${status === 'failed' ? '. The log of the server says why it stopped.' : ''}`}
      side={<AddStarterPack>Go on</AddStarterPack>}
    />
  );
}

/** Beginning and end are announced, not every step. */
function StarterWords() {
  const { pack, seen } = useStarterPack();
  const words =
    !seen || pack === undefined
      ? ''
      : pack.status === 'running'
        ? 'The starter pack is being made.'
        : pack.status === 'complete'
          ? `The starter pack is in the library, ${pack.total} sounds.`
          : 'The starter pack is not complete.';
  return (
    <p role="status" className="hidden-words">
      {words}
    </p>
  );
}
