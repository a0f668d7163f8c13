import { COLLECTION_KINDS, type CollectionKind } from './collections.ts';
import type { MemoryReport } from './memory-report.ts';

/** Of one time: how many of each kind that matters, and milliseconds in all. */
export interface RecentCollections {
  readonly minor: number;
  readonly major: number;
  readonly pause: number;
}

interface Count {
  count: number;
  /** Milliseconds. */
  pause: number;
  longest: number;
}

/** Counts collections from the begin, and since it was last asked. */
export class CollectionCounts {
  readonly #counts = Object.fromEntries(
    COLLECTION_KINDS.map(kind => [kind, { count: 0, pause: 0, longest: 0 }]),
  ) as Record<CollectionKind, Count>;
  #recent = { minor: 0, major: 0, pause: 0 };

  add(kind: CollectionKind, ms: number): void {
    const counted = this.#counts[kind];
    counted.count += 1;
    counted.pause += ms;
    counted.longest = Math.max(counted.longest, ms);
    if (kind === 'minor' || kind === 'major') this.#recent[kind] += 1;
    this.#recent.pause += ms;
  }

  /** Since the last call. */
  take(): RecentCollections {
    const recent = this.#recent;
    this.#recent = { minor: 0, major: 0, pause: 0 };
    return recent;
  }

  report(): MemoryReport['collections'] {
    const told = (kind: CollectionKind) => {
      const { count, pause, longest } = this.#counts[kind];
      return { count, pause_ms: pause, longest_pause_ms: longest };
    };
    return { minor: told('minor'), major: told('major'), incremental: told('incremental'), weakcb: told('weakcb') };
  }
}
