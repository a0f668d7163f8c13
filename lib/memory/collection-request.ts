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

/**
 * Whether V8 should be asked for a collection of the whole heap, so that the leak rule has something to see.
 *
 * A process with work collects by itself every few minutes. An idle one may not for days, and what it allocates meanwhile is
 * either garbage or a leak: only a collection tells. So it is asked for only where the growth since the last one would be a leak
 * if all of it stayed; and a large heap, whose collection takes long, is asked more seldom.
 */
export function wantsCollection({ since, lastPause, grown, threshold }: CollectionFacts): boolean {
  if (since < Math.max(ASK_EVERY, PAUSE_SHARE * lastPause)) return false;
  return grown >= (threshold * since) / HOUR;
}
