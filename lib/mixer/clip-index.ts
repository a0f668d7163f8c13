/** Where a clip sounds, in frames; `end` is exclusive. */
export interface Sounding {
  readonly start: number;
  readonly end: number;
}

/**
 * Which of many clips sound in a range, without looking at the others: a tree over the clips in order of their starts, in which each
 * node knows the latest end below it. Finding k of n takes about k · log n steps.
 */
export class ClipIndex<T extends Sounding> {
  readonly #clips: readonly T[];
  /** The children of node i are 2i and 2i + 1, the root is 1; the leaves are the clips from `#leaves` on. */
  readonly #latestEnds: Float64Array;
  readonly #leaves: number;

  /** Clips with the same start keep the order in which they are given. */
  constructor(clips: Iterable<T>) {
    this.#clips = [...clips].sort((a, b) => a.start - b.start);
    this.#leaves = 1;
    while (this.#leaves < this.#clips.length) this.#leaves *= 2;
    this.#latestEnds = new Float64Array(2 * this.#leaves).fill(-Infinity);
    this.#clips.forEach(({ end }, i) => (this.#latestEnds[this.#leaves + i] = end));
    for (let node = this.#leaves - 1; node > 0; node--) {
      this.#latestEnds[node] = Math.max(this.#latestEnds[2 * node]!, this.#latestEnds[2 * node + 1]!);
    }
  }

  /** Those that sound in any frame from `from` to `to`, exclusive, in order of their starts: the same order for every range. */
  within(from: number, to: number): T[] {
    const found: T[] = [];
    const limit = this.#startingBefore(to);
    if (limit > 0) this.#collect(1, this.#leaves, limit, from, found);
    return found;
  }

  /**
   * @param width leaves below the node, the first of which is before `limit`
   * @param limit how many clips start early enough
   */
  #collect(node: number, width: number, limit: number, from: number, found: T[]): void {
    if (this.#latestEnds[node]! <= from) return;
    if (width === 1) {
      found.push(this.#clips[node - this.#leaves]!);
      return;
    }
    this.#collect(2 * node, width / 2, limit, from, found);
    const firstOfRight = ((2 * node + 1) * width) / 2 - this.#leaves;
    if (firstOfRight < limit) this.#collect(2 * node + 1, width / 2, limit, from, found);
  }

  #startingBefore(to: number): number {
    let [low, high] = [0, this.#clips.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#clips[middle]!.start < to) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
