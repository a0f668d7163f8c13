import { DUCKING, type PlacedSpeech } from '#lib/timeline/timeline.ts';

/**
 * How far beds are down at every frame of a book (4.4): wholly while speech is audible and through silences shorter than 0.8 s, going
 * there in a straight line over the 150 ms before and back over the 500 ms after. Both ramps fit into the shortest silence that
 * is not held through, so they never meet.
 */
export class Ducking {
  /** Frames, of speech with the short silences in it. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #down: number;
  readonly #up: number;

  /** @param speech in order of `start` */
  constructor(speech: readonly PlacedSpeech[], sampleRate: number) {
    const hold = DUCKING.holdThrough * sampleRate;
    const spans: { start: number; end: number }[] = [];
    for (const { start, frames, gain } of speech) {
      if (frames === 0 || gain === 0) continue;
      const last = spans.at(-1);
      if (last !== undefined && start - last.end < hold) last.end = Math.max(last.end, start + frames);
      else spans.push({ start, end: start + frames });
    }
    this.#starts = Float64Array.from(spans, ({ start }) => start);
    this.#ends = Float64Array.from(spans, ({ end }) => end);
    this.#down = Math.round(DUCKING.down * sampleRate);
    this.#up = Math.round(DUCKING.up * sampleRate);
  }

  /**
   * 0 where beds are as loud as they are, 1 where they are down, for each frame from `from` on. Where it is the same for all of
   * them that number is the answer, and `into` is left as it is.
   */
  depths(from: number, into: Float64Array): 0 | 1 | undefined {
    const to = from + into.length;
    let span = this.#firstToMatter(from);
    if (!(this.#starts[span]! - this.#down < to)) return 0;
    if (this.#starts[span]! <= from && this.#ends[span]! >= to) return 1;
    into.fill(0);
    for (; this.#starts[span]! - this.#down < to; span++) {
      const [start, end] = [this.#starts[span]!, this.#ends[span]!];
      const within = (frame: number) => Math.max(0, Math.min(into.length, frame - from));
      for (let i = within(start - this.#down); i < within(start); i++) into[i] = 1 - (start - from - i) / this.#down;
      into.fill(1, within(start), within(end));
      for (let i = within(end); i < within(end + this.#up); i++) into[i] = 1 - (from + i - end) / this.#up;
    }
    return undefined;
  }

  /** The first span whose ramp up is not over at `frame`; its start is undefined where there is none. */
  #firstToMatter(frame: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! + this.#up <= frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
