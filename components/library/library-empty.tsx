'use client';

import { Package } from 'lucide-react';
import type { SoundKind } from '#lib/sounds/sound.ts';
import { AddStarterPack, StarterPack, useStarterPack } from '../home/starter-pack.tsx';
import { PageMessage } from '../message/page-message.tsx';
import { useStore } from '../store.ts';
import { desk, whatIsTaken } from '../uploads/desk.ts';

/** A library without a sound: how the first ones come. They appear by themselves. */
export function LibraryEmpty({ kind }: { kind: SoundKind }) {
  const maxFileSize = useStore(desk, now => now.maxFileSize);
  return (
    <StarterPack known={[]} lingers>
      <PageMessage
        drawing="empty"
        level={2}
        title={kind === 'effects' ? 'No effects yet' : 'No beds yet'}
        acts={<Acts />}
        note={whatIsTaken(maxFileSize)}
      >
        Drop files or a whole folder anywhere on this page, or press U. Every file gets length, loudness and waveform as
        it arrives.
      </PageMessage>
    </StarterPack>
  );
}

function Acts() {
  const { pack } = useStarterPack();
  if (pack === undefined || pack.status === 'complete') return null;
  if (pack.status === 'running') {
    return (
      <p role="status">
        The starter pack is being made, {pack.done} of {pack.total}
      </p>
    );
  }
  return (
    <AddStarterPack>
      <Package size={16} strokeWidth={1.75} aria-hidden /> Add the starter pack
    </AddStarterPack>
  );
}
