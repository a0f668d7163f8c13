'use client';

import { useStore } from '../store.ts';
import { counts, type Counts } from '../shell/counts.ts';

/** How much there is, as it is now. */
export function LiveCounts({ initial }: { initial: Counts }) {
  const { effects, background } = useStore(counts, now => now) ?? initial;
  return (
    <>
      {effects.toLocaleString('en')} {effects === 1 ? 'effect' : 'effects'} and {background.toLocaleString('en')}{' '}
      {background === 1 ? 'background bed' : 'background beds'}
    </>
  );
}
