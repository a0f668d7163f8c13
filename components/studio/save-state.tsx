'use client';

import { Check, CircleAlert, LoaderCircle, Trash2, TriangleAlert } from 'lucide-react';
import type { BookState, BookStore } from './book-store.ts';
import { clashOf } from './book-store.ts';

/** Whether all is saved, in a word. It is not announced: it changes with every pause, and what is wrong has a notice. */
export function SaveState({ state }: { state: BookState }) {
  const { phase, refused } = state;
  const wrong = Object.keys(refused).length > 0;
  const [tone, words, Icon] =
    phase === 'gone'
      ? (['bad', 'Deleted', Trash2] as const)
      : phase === 'failed' || phase === 'conflict' || wrong
        ? (['bad', 'Not saved', CircleAlert] as const)
        : phase === 'offline'
          ? (['warn', 'Not saved yet', TriangleAlert] as const)
          : phase === 'saving'
            ? (['quiet', 'Saving…', LoaderCircle] as const)
            : (['quiet', 'Saved', Check] as const);
  return (
    <span className="save-state" data-tone={tone}>
      <Icon size={14} strokeWidth={1.75} aria-hidden /> <span>{words}</span>
    </span>
  );
}

interface NoticeProps {
  state: BookState;
  store: BookStore;
  /** Brings back a book that was deleted elsewhere. */
  onRestore: () => void;
}

/** What keeps the book from being saved, and what to do. */
export function SaveNotice({ state, store, onRestore }: NoticeProps) {
  const { phase, message, refused } = state;
  if (phase === 'conflict') return <ConflictNotice state={state} store={store} />;
  const why = Object.entries(refused).map(([field, words]) => `${field}: ${words}`);
  if (why.length > 0) {
    return (
      <div className="save-notice" data-tone="bad" role="alert">
        <p>Not saved: {why.join(' ')}</p>
      </div>
    );
  }
  if (phase !== 'offline' && phase !== 'failed' && phase !== 'gone') return null;
  const waits = phase === 'offline';
  const words = waits && message === '' ? 'Waiting for connection; what you write is kept.' : message;
  return (
    <div className="save-notice" data-tone={waits ? 'warn' : 'bad'} role={waits ? 'status' : 'alert'}>
      <p>{words}</p>
      {phase === 'gone' ? (
        <button onClick={onRestore}>Bring it back</button>
      ) : (
        <button onClick={store.retry}>Try again</button>
      )}
    </div>
  );
}

/** Letters of a passage that are shown: enough to tell it. */
const SHOWN = 2000;

function ConflictNotice({ state, store }: { state: BookState; store: BookStore }) {
  const clash = clashOf(state);
  return (
    <div className="save-notice" data-tone="bad" role="alert">
      <p>{state.message}</p>
      {clash !== undefined && (
        <dl className="clash">
          <div>
            <dt>Yours</dt>
            <dd>{excerpt(clash.mine)}</dd>
          </div>
          <div>
            <dt>The other one</dt>
            <dd>{excerpt(clash.theirs)}</dd>
          </div>
        </dl>
      )}
      <button onClick={() => store.resolve('mine')}>Keep mine</button>
      <button onClick={() => store.resolve('theirs')}>Take the other</button>
      {clash !== undefined && <button onClick={() => store.resolve('both')}>Keep both, one after the other</button>}
    </div>
  );
}

function excerpt(passage: string): string {
  if (passage === '') return '(taken out)';
  return passage.length > SHOWN ? `${passage.slice(0, SHOWN)} …` : passage;
}
