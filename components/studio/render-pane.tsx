'use client';

import type { Render, RenderOutput } from '#lib/renders/render.ts';
import { PastRenders } from './past-renders.tsx';
import { RenderForm } from './render-form.tsx';
import { RenderJob } from './render-job.tsx';
import type { RendersState, RendersStore } from './renders-store.ts';
import { isOver } from './studio-words.ts';

interface Props {
  state: RendersState;
  store: RendersStore;
  /** In the book now. */
  chapters: number;
  /** Milliseconds since the epoch. */
  now: number;
  onLine: (line: number) => void;
  onPlay: (render: Render, output: RenderOutput) => void;
}

/** What is made of the book: how the next render is to be, the one that goes on, and those before. */
export function RenderPane({ state: { renders, isLive }, store, chapters, now, onLine, onPlay }: Props) {
  const [newest] = renders;
  // One that stopped stays where it can be gone on with, until there is a newer one.
  const open = renders.filter(render => !isOver(render) || (render === newest && render.status !== 'completed'));
  const past = renders.filter(render => !open.includes(render));
  return (
    <aside className="studio-render" aria-label="Renders">
      <header>
        <h2>Render</h2>
      </header>
      <RenderForm chapters={chapters} />
      {open.map(render => (
        <RenderJob key={render.id} render={render} store={store} isLive={isLive} onLine={onLine} />
      ))}
      {past.length > 0 && (
        <>
          <header>
            <h2>Before</h2>
          </header>
          <PastRenders renders={past} store={store} now={now} onPlay={onPlay} />
        </>
      )}
      {renders.length === 0 && <p className="hint">Nothing was rendered yet.</p>}
    </aside>
  );
}
