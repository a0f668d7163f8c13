/** From the text of a book to a timeline and the recordings on it: what every render and every preview goes through. */
import type { ReadScript } from '#lib/audiobooks/script-reader.service.ts';
import type { AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import { DEFAULT_GAPS } from '#lib/timeline/gaps.ts';
import { placeTimeline } from '#lib/timeline/place.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { KeptPcm } from '#lib/mixdown/pcm-store.ts';
import type { Mixing, SourceWish } from './mixing.ts';
import { estimatedUnit, speechSource, spokenUnit, type Spoken, type UnitSpeech } from './unit-speech.service.ts';

/** dBFS (5.2). */
export const DEFAULT_LIMIT = -1;
/** Recordings that are made ready at the same time. */
const AT_ONCE = 4;

export interface PreparedBook {
  sources: ReadonlyMap<string, KeptPcm>;
  release: () => void;
}

export class BookAudio {
  readonly #speech: UnitSpeech;
  readonly #mixing: Mixing;

  constructor({ speech, mixing }: { speech: UnitSpeech; mixing: Mixing }) {
    this.#speech = speech;
    this.#mixing = mixing;
  }

  /** @param spoken by unit; what is not there has an estimated length. @param rate hertz */
  timeline(
    { plan, sounds }: ReadScript,
    spoken: readonly (Spoken | undefined)[],
    settings: AudiobookSettings,
    rate: number,
  ): Timeline {
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
      gaps: { ...DEFAULT_GAPS, ...withoutUndefined(settings.gaps ?? {}) },
      sampleRate: rate,
    });
  }

  /**
   * Makes ready every recording that is heard from frame `from` to `to`.
   *
   * @throws what opening and decoding throw, and what speaking throws where speech was thrown away meanwhile; the signal's reason
   */
  async gather(
    read: ReadScript,
    spoken: readonly (Spoken | undefined)[],
    timeline: Timeline,
    { from, to }: { from: number; to: number },
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<PreparedBook> {
    const wishes = [...this.#wishes(read, spoken, timeline, from, to)];
    const sources = new Map<string, KeptPcm>();
    const release = () => sources.forEach(source => source.release());
    try {
      let next = 0;
      const work = async () => {
        for (let wish = wishes[next++]; wish !== undefined; wish = wishes[next++]) {
          signal.throwIfAborted();
          sources.set(wish[0], await this.#mixing.obtain(wish[1], signal));
          onProgress(sources.size, wishes.length);
        }
      };
      const all = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
      const failed = all.find(one => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } catch (error) {
      release();
      throw error;
    }
    return { sources, release };
  }

  #wishes(
    read: ReadScript,
    spoken: readonly (Spoken | undefined)[],
    timeline: Timeline,
    from: number,
    to: number,
  ): Map<string, SourceWish> {
    const { plan, sounds } = read;
    const rate = timeline.sampleRate;
    const isHeard = ({ start, frames }: { start: number; frames: number }) => start < to && start + frames > from;
    const wishes = new Map<string, SourceWish>();
    for (const clip of timeline.speech) {
      const one = spoken[clip.unit];
      if (one === undefined || !isHeard(clip)) continue;
      const { key, facts } = one;
      const open = () => this.#speech.recording(plan.units[clip.unit]!);
      wishes.set(speechSource(key), { key, rate, trim: { from: facts.from, to: facts.to }, open });
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

function soundSource(sha256: string): string {
  return `sound:${sha256}`;
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
