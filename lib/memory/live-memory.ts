import { LEAK_KINDS, type LeakKind } from './leak-rule.ts';
import type { MemoryReading } from './reading.ts';

/** Bytes by kind that caches know they hold. */
export type HeldBytes = () => Partial<Record<LeakKind, number>>;

/** Bytes of each kind, less what caches hold. */
export type LiveBytes = Readonly<Record<LeakKind, number>>;

/** What lives: memory right after collections of the whole heap, less what caches know they hold. */
export class LiveMemory {
  readonly #held: HeldBytes;
  #lowest: LiveBytes | undefined;
  #last: { at: number; live: LiveBytes } | undefined;

  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** @param at milliseconds; @param reading right after a collection */
  found(at: number, reading: MemoryReading): void {
    const live = this.#withoutHeld(reading);
    this.#last = { at, live };
    this.#see(live);
  }

  /** @param reading so little above the last collection's that another one would show the same */
  unchanged(reading: MemoryReading): void {
    this.#see(this.#withoutHeld(reading));
  }

  #see(live: LiveBytes): void {
    const before = this.#lowest ?? live;
    this.#lowest = {
      heap: Math.min(before.heap, live.heap),
      external: Math.min(before.external, live.external),
      array_buffers: Math.min(before.array_buffers, live.array_buffers),
    };
  }

  /** The lowest since the last call; undefined where nothing was collected. */
  take(): LiveBytes | undefined {
    const lowest = this.#lowest;
    this.#lowest = undefined;
    return lowest;
  }

  /** How long ago the last collection was, or the begin, and what the kind that grew most has more than after it. */
  sinceLast(at: number, reading: MemoryReading): { since: number; grown: number } {
    const last = this.#last;
    if (last === undefined) return { since: at, grown: Infinity };
    const now = this.#withoutHeld(reading);
    return { since: at - last.at, grown: Math.max(...LEAK_KINDS.map(kind => now[kind] - last.live[kind])) };
  }

  #withoutHeld({ heapUsed, external, arrayBuffers }: MemoryReading): LiveBytes {
    const held = this.#held();
    return {
      heap: heapUsed - (held.heap ?? 0),
      external: external - (held.external ?? 0),
      array_buffers: arrayBuffers - (held.array_buffers ?? 0),
    };
  }
}
