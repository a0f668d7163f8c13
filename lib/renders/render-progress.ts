import type { Clock } from '#lib/base/clock.ts';
import type { RenderStage } from './render.ts';

/** What is done after each stage, of the whole: speaking takes by far the most. */
const DONE_BEFORE: Readonly<Record<RenderStage, number>> = { speak: 0, prepare: 0.8, mix: 0.85 };
const DONE_AFTER: Readonly<Record<RenderStage, number>> = { speak: 0.8, prepare: 0.85, mix: 1 };
/** Seconds of audio that are mixed in a second, about: for what is left of a render that still speaks. */
const MIXED_A_SECOND = 200;

/** How far a render of this process has come, between what the database knows. */
export class RenderProgress {
  readonly #clock: Clock;
  #stage: RenderStage = 'speak';
  #since: number;
  #done = 0;
  #total = 0;
  /** What of `done` took time; what was there already says nothing of what is left. */
  #worked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  get stage(): RenderStage {
    return this.#stage;
  }

  /** Seconds in the stage that is over. */
  enter(stage: RenderStage, total: number): number {
    const now = this.#clock.monotonic();
    const seconds = (now - this.#since) / 1000;
    this.#stage = stage;
    this.#since = now;
    this.#done = 0;
    this.#worked = 0;
    this.#total = total;
    return seconds;
  }

  /** @param worked false where it cost nothing */
  add(count: number, worked = true): void {
    this.#done += count;
    if (worked) this.#worked += count;
  }

  reach(done: number): void {
    this.#done = done;
    this.#worked = done;
  }

  get share(): number {
    const before = DONE_BEFORE[this.#stage];
    const part = this.#total === 0 ? 0 : Math.min(1, this.#done / this.#total);
    return before + part * (DONE_AFTER[this.#stage] - before);
  }

  /** Seconds that are left; null where nothing is known. @param audio seconds that will be mixed */
  eta(audio: number): number | null {
    if (this.#worked === 0) return null;
    const elapsed = (this.#clock.monotonic() - this.#since) / 1000;
    const left = (elapsed / this.#worked) * Math.max(0, this.#total - this.#done);
    return left + (this.#stage === 'mix' ? 0 : audio / MIXED_A_SECOND);
  }
}

/** As far as the units of a render tell, where nothing else is known. */
export function shareOfUnits(done: number, total: number): number {
  return total === 0 ? 0 : DONE_AFTER.speak * Math.min(1, done / total);
}
