/** From the text of a book to a timeline and the recordings on it: what every render and every preview goes through. */
import type { ReadScript } from '#lib/audiobooks/script-reader.service.ts';
import { placeTimeline } from '#lib/timeline/place.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { KeptPcm } from '#lib/mixdown/pcm-store.ts';
import type { Mixing, SourceWish } from './mixing.ts';
import {
  estimatedUnit,
  recordingKey,
  speechSource,
  spokenUnit,
  type Spoken,
  type UnitSpeech,
} from './unit-speech.service.ts';

/** Recordings that are made ready, and units that are spoken, at the same time. */
const AT_ONCE = 4;
/** Each places the book anew; the second one finds every recording that the first one had. */
const MAX_ROUNDS = 5;

/** What is to be heard of a book. */
export interface BookWish {
  read: ReadScript;
  /** By unit. What turns out to have been spoken anew since it was placed is put in place of what it was. */
  spoken: (Spoken | undefined)[];
  /**
   * Places the book as it is spoken, with everything spoken that is heard. Called again, with the next number, where that changed.
   *
   * @param round from 0
   */
  place: (round: number) => Promise<PlacedBook>;
  /** Told what has to be made ready, each time. */
  onPlaced?: (placed: PlacedBook, sources: readonly SourceWish[]) => Promise<void>;
}

export interface PlacedBook {
  timeline: Timeline;
  heard: Span;
}

/** Frames of a timeline; end exclusive. */
export interface Span {
  from: number;
  to: number;
}

export interface PreparedBook {
  timeline: Timeline;
  sources: ReadonlyMap<string, KeptPcm>;
  release: () => void;
}

/** A recording is not there any more, and what was spoken in its place is another one. */
class SpokenAnewError extends Error {
  readonly placed: Spoken;
  readonly spoken: Spoken;
  readonly file: Uint8Array<ArrayBuffer>;

  constructor(placed: Spoken, { spoken, file }: { spoken: Spoken; file: Uint8Array<ArrayBuffer> }) {
    super('A recording was lost, and what was spoken in its place is another one.');
    this.name = 'SpokenAnewError';
    this.placed = placed;
    this.spoken = spoken;
    this.file = file;
  }
}

export class BookAudio {
  readonly #speech: UnitSpeech;
  readonly #mixing: Mixing;

  constructor({ speech, mixing }: { speech: UnitSpeech; mixing: Mixing }) {
    this.#speech = speech;
    this.#mixing = mixing;
  }

  /** @param spoken by unit; what is not there has an estimated length. @param rate hertz */
  timeline({ plan, sounds, settings }: ReadScript, spoken: readonly (Spoken | undefined)[], rate: number): Timeline {
    return placeTimeline({
      plan,
      spoken: unit => {
        const one = spoken[unit];
        return one === undefined ? estimatedUnit(plan.units[unit]!) : spokenUnit(one);
      },
      sound: (room, id) => {
        const { sha256, frames, sampleRate } = sounds[room].get(id)!;
        return { source: soundSource(sha256), frames, sampleRate };
      },
      gaps: settings.gaps,
      sampleRate: rate,
    });
  }

  /**
   * A timeline with everything spoken that is needed: a recording that became shorter may have let more of the book in.
   *
   * @param spoken is added to
   * @param needed how many units, from the first on
   * @throws what speaking throws; the signal's reason
   */
  async complete(
    read: ReadScript,
    spoken: (Spoken | undefined)[],
    rate: number,
    needed: (timeline: Timeline) => number,
    signal: AbortSignal,
  ): Promise<Timeline> {
    const { units } = read.plan;
    for (;;) {
      const timeline = this.timeline(read, spoken, rate);
      const missing = [...units.keys()].slice(0, needed(timeline)).filter(unit => spoken[unit] === undefined);
      if (missing.length === 0) return timeline;
      await Promise.all(
        missing.slice(0, AT_ONCE).map(async unit => {
          spoken[unit] = await this.#speech.speak(units[unit]!, signal);
        }),
      );
    }
  }

  /**
   * Places a book and makes ready every recording that is heard of it. Where one was lost since it was measured, and what is spoken in its
   * place is not the same, the book is placed again with that: what is mixed is always what was placed.
   *
   * @throws what opening, decoding and speaking throw, as soon as one of them does; the signal's reason
   */
  async gather(
    wish: BookWish,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<PreparedBook> {
    const sources = new Map<string, KeptPcm>();
    const release = () => sources.forEach(source => source.release());
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const placed = await wish.place(round);
        const { timeline } = placed;
        const wishes = this.#wishes(wish, placed);
        await wish.onPlaced?.(placed, [...wishes.values()]);
        const anew = await this.#obtainAll(wishes, sources, signal, onProgress);
        if (anew.size === 0) return { timeline, sources, release };
        for (const [unit, one] of wish.spoken.entries()) wish.spoken[unit] = (one && anew.get(one.key)) ?? one;
      }
      throw new Error(`recordings of a book were other ones ${MAX_ROUNDS} times`);
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * @param sources are added to
   * @returns by the key of the speech, what was spoken anew; its recordings are among the sources
   */
  async #obtainAll(
    wishes: ReadonlyMap<string, SourceWish>,
    sources: Map<string, KeptPcm>,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<ReadonlyMap<string, Spoken>> {
    const anew = new Map<string, Spoken>();
    const waiting = [...wishes].filter(([name]) => !sources.has(name));
    const failing = new AbortController();
    const given = AbortSignal.any([signal, failing.signal]);
    let [next, done] = [0, 0];
    const obtain = async (name: string, wish: SourceWish) => {
      const source = await this.#mixing.obtain(wish, given);
      // Two may have found the same recording spoken anew.
      if (sources.has(name)) source.release();
      else sources.set(name, source);
    };
    const work = async () => {
      try {
        for (let one = waiting[next++]; one !== undefined; one = waiting[next++]) {
          given.throwIfAborted();
          const [name, wish] = one;
          await obtain(name, wish).catch(async (error: unknown) => {
            if (!(error instanceof SpokenAnewError)) throw error;
            const { placed, spoken, file } = error;
            anew.set(placed.key, spoken);
            await obtain(
              speechSource(spoken),
              speechWish(spoken, wish.rate, () => Promise.resolve(file)),
            );
          });
          onProgress(++done, waiting.length);
        }
      } catch (error) {
        failing.abort(error);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    given.throwIfAborted();
    return anew;
  }

  #wishes({ read: { plan, sounds }, spoken }: BookWish, { timeline, heard }: PlacedBook): Map<string, SourceWish> {
    const rate = timeline.sampleRate;
    const { from, to } = heard;
    const isHeard = ({ start, frames }: { start: number; frames: number }) => start < to && start + frames > from;
    const wishes = new Map<string, SourceWish>();
    for (const clip of timeline.speech) {
      const placed = spoken[clip.unit];
      if (placed === undefined || !isHeard(clip)) continue;
      const open = async (signal: AbortSignal) => {
        const found = await this.#speech.recording(plan.units[clip.unit]!, placed, signal);
        if (found.spoken !== placed) throw new SpokenAnewError(placed, found);
        return found.file;
      };
      wishes.set(speechSource(placed), speechWish(placed, rate, open));
    }
    const shelves = [
      [timeline.effects, sounds.effects],
      [timeline.beds, sounds.background],
    ] as const;
    for (const [clips, shelf] of shelves) {
      for (const clip of clips) {
        if (!isHeard(clip)) continue;
        const sound = shelf.get(clip.sound)!;
        wishes.set(clip.source, { key: sound.sha256, rate, open: () => sound.open() });
      }
    }
    return wishes;
  }
}

function speechWish(spoken: Spoken, rate: number, open: SourceWish['open']): SourceWish {
  const { from, to } = spoken.facts;
  return { key: recordingKey(spoken), rate, trim: { from, to }, open };
}

function soundSource(sha256: string): string {
  return `sound:${sha256}`;
}
