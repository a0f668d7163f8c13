import { HOUR } from './leak-rule.ts';

/** V8 is not asked more often than that, in milliseconds. */
export const ASK_EVERY = 5 * 60_000;
/** What asking may cost: one part of so many of the time. */
const PAUSE_SHARE = 5000;

export interface CollectionFacts {
  /** Milliseconds since the last collection of the whole heap, whoever asked for it. */
  readonly since: number;
  /** Milliseconds that the last collection that was asked for took; 0 before the first. */
  readonly lastPause: number;
  /** Bytes that the kind that grew most has more than after that collection; Infinity where there was none yet. */
  readonly grown: number;
  /** Of the leak rule, bytes an hour. */
  readonly threshold: number;
}

/** Below that share of a leak's growth, memory is as it was. */
const UNCHANGED = 0.5;

/**
 * - `collect`: V8 should be asked for a collection of the whole heap
 * - `unchanged`: there is so little more than after the last one that memory as it is tells as much
 * - `wait`: neither
 */
export type CollectionNeed = 'collect' | 'unchanged' | 'wait';

/**
 * What the leak rule needs to see something.
 *
 * A process with work collects by itself every few minutes. An idle one may not for days, and what it allocates meanwhile is
 * either garbage or a leak: only a collection tells. So it is asked for only where the growth since the last one could be a leak
 * if all of it stayed; and a large heap, whose collection takes long, is asked more seldom.
 */
export function collectionNeed({ since, lastPause, grown, threshold }: CollectionFacts): CollectionNeed {
  if (since < ASK_EVERY) return 'wait';
  if (grown < (UNCHANGED * threshold * since) / HOUR) return 'unchanged';
  return since < PAUSE_SHARE * lastPause ? 'wait' : 'collect';
}
