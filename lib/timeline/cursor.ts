/**
 * Where the book has come to: a whole frame where something ended, and the seconds of silence since. Seconds are added up before
 * they are rounded, once, so nothing drifts (3.6).
 */
export class Cursor {
  readonly #sampleRate: number;
  #frame = 0;
  #silence = 0;

  constructor(sampleRate: number, silence: number) {
    this.#sampleRate = sampleRate;
    this.#silence = silence;
  }

  /** In frames. @param seconds from here on */
  after(seconds = 0): number {
    return this.#frame + Math.round((this.#silence + seconds) * this.#sampleRate);
  }

  wait(seconds: number): void {
    this.#silence += seconds;
  }

  moveTo(frame: number): void {
    this.#frame = frame;
    this.#silence = 0;
  }
}
