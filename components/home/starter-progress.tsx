import type { StarterProgress as Progress } from '#lib/starter/pack.ts';

/** Shown while the starter pack is being made at the first start. */
export function StarterProgress({ initial: { done, total, running } }: { initial: Progress }) {
  if (!running) return null;
  return (
    <section aria-label="Starter pack">
      <h2>
        Making the starter pack{' '}
        <span className="count">
          {done} of {total}
        </span>
      </h2>
      <progress className="starter-progress" value={done} max={total} aria-label={`${done} of ${total} sounds made`} />
    </section>
  );
}
