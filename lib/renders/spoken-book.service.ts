import { setImmediate } from 'node:timers/promises';
import type { ReadScript } from '#lib/audiobooks/script-reader.service.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { BookAudio } from './book-audio.service.ts';
import { LOOK_AHEAD } from './needed-units.ts';
import type { Spoken, UnitSpeech } from './unit-speech.service.ts';

export interface SpokenBookOptions {
  read: ReadScript;
  audio: Pick<BookAudio, 'timeline'>;
  speech: Pick<UnitSpeech, 'known' | 'speak'>;
  signal?: AbortSignal | undefined;
}

/** Units that are spoken at the same time. */
const AT_ONCE = 4;
/** Units that are looked up before others have their turn: looking up is work, and a book may have tens of thousands. */
const LOOKED_UP_AT_ONCE = 50;

/** A book as far as its units were spoken, for somebody who listens before it is rendered. */
export class SpokenBook {
  readonly #given: SpokenBookOptions;
  readonly #units: (Spoken | undefined)[];
  readonly #lookedUp: boolean[];
  readonly #begun = new Map<number, Promise<void>>();

  constructor(given: SpokenBookOptions) {
    this.#given = given;
    this.#units = given.read.plan.units.map(() => undefined);
    this.#lookedUp = this.#units.map(() => false);
  }

  get read(): ReadScript {
    return this.#given.read;
  }

  /** By unit; what is not there was not spoken, or was not looked up. Whoever learns that one was spoken anew puts it here. */
  get units(): (Spoken | undefined)[] {
    return this.#units;
  }

  /** With estimated lengths for what is not there. @param rate hertz */
  timeline(rate: number): Timeline {
    const { read, audio } = this.#given;
    return audio.timeline(read, this.#units, rate);
  }

  /**
   * Looks up what was spoken of the units from `from` to `to`, exclusive.
   *
   * @returns whether the timeline is another one now
   * @throws the signal's reason
   */
  async find(from: number, to: number): Promise<boolean> {
    const { read, speech, signal } = this.#given;
    let found = false;
    for (let at = from; at < Math.min(to, this.#units.length); at += LOOKED_UP_AT_ONCE) {
      const all = read.plan.units.slice(at, Math.min(to, at + LOOKED_UP_AT_ONCE)).map(async (unit, n) => {
        if (this.#lookedUp[at + n] || this.#units[at + n] !== undefined) return;
        this.#lookedUp[at + n] = true;
        // Why one cannot be asked for is told when it is spoken.
        const one = await speech.known(unit, signal).catch(() => undefined);
        this.#units[at + n] = one;
        found ||= one !== undefined;
      });
      await Promise.all(all);
      signal?.throwIfAborted();
      await setImmediate();
    }
    return found;
  }

  /** The first unit from `from` on that is not there; undefined where all are. */
  missing(from: number): number | undefined {
    const unit = this.#units.indexOf(undefined, from);
    return unit < 0 ? undefined : unit;
  }

  /**
   * Speaks the first unit from `from` on that is not there, and begins with those after it, before `until`.
   *
   * @throws what speaking throws; the signal's reason
   */
  async speakNext(from: number, until: number): Promise<void> {
    const next = this.missing(from);
    if (next === undefined) return;
    for (let unit = next; unit < Math.max(next + 1, Math.min(until, next + AT_ONCE)); unit += 1) this.#begin(unit);
    await this.#begun.get(next);
  }

  /**
   * Frames up to which a timeline of this book is what it will be, given that everything before `from` stays as it is: what is not spoken
   * yet changes nothing before it, or shortly before.
   */
  settled({ speech, sampleRate }: Timeline, from: number): number {
    const unit = this.missing(from);
    if (unit === undefined) return Infinity;
    const start = speech.find(one => one.unit >= unit)?.start;
    return start === undefined ? Infinity : start - LOOK_AHEAD * sampleRate;
  }

  #begin(unit: number): void {
    if (this.#units[unit] !== undefined || this.#begun.has(unit)) return;
    const { read, speech, signal } = this.#given;
    const spoken = speech.speak(read.plan.units[unit]!, signal).then(one => {
      this.#units[unit] = one;
    });
    // Whoever waits for it is told.
    spoken.catch(() => undefined);
    this.#begun.set(unit, spoken);
  }
}
