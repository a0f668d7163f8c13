/** Tags are kept this long; each takes some hundred bytes. */
const MAX_TAGS = 20_000;

/**
 * Stamps of tags in one process: the number of the last drop among them.
 *
 * Bounded without ever being wrong: a tag that is forgotten counts as dropped when the newest of the forgotten ones was, which can
 * only refuse an answer that might have been held.
 */
export class TagStamps {
  readonly #drops = new Map<string, number>();
  readonly #maxTags: number;
  #sequence = 0;
  #floor = 0;

  constructor(maxTags = MAX_TAGS) {
    this.#maxTags = maxTags;
  }

  of(tags: readonly string[]): string {
    let last = this.#floor;
    for (const tag of tags) last = Math.max(last, this.#drops.get(tag) ?? 0);
    return String(last);
  }

  drop(tags: readonly string[]): void {
    this.#sequence += 1;
    for (const tag of tags) {
      // Taken out first, so that the map stays in the order of the drops.
      this.#drops.delete(tag);
      this.#drops.set(tag, this.#sequence);
    }
    for (const [tag, sequence] of this.#drops) {
      if (this.#drops.size <= this.#maxTags) break;
      this.#drops.delete(tag);
      this.#floor = sequence;
    }
  }

  dropAll(): void {
    this.#sequence += 1;
    this.#floor = this.#sequence;
    this.#drops.clear();
  }
}
