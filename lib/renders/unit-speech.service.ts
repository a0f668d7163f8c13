import { trimSpeech } from '#lib/audio/speech-trim.ts';
import type { KeptSpeech } from '#lib/engines/speech-store.ts';
import type { SpeechUnit } from '#lib/script/script.ts';
import type { SpokenUnit } from '#lib/timeline/place.ts';
import type { UnitSource } from './renders.repository.ts';
import type { SpeechFacts, SpeechFactsRepository } from './speech-facts.repository.ts';

/** Who speaks: see `VoicesService`. */
export interface Speaker {
  request(
    wish: { text: string; voice: string; speed: number; pitch: number },
    signal?: AbortSignal,
  ): Promise<{ key: string; speak: (signal?: AbortSignal) => Promise<KeptSpeech> }>;
}

export interface UnitSpeechOptions {
  speaker: Speaker;
  facts: SpeechFactsRepository;
  /** Which recording of a speech is kept, see `SpeechFolder.hash`. Asked for every unit of a book. */
  hashOf: (key: string) => Promise<string | undefined>;
}

/** A unit as it was spoken, and who did it. */
export interface Spoken {
  key: string;
  facts: SpeechFacts;
  source: UnitSource;
}

/** Characters a second that voices speak at their own rate, for what was not spoken yet. */
const CHARACTERS_A_SECOND = 15;
const ESTIMATE_RATE = 1000;
/** Measurements that are compared with what is kept, and removed, at once. */
const COMPARED_AT_ONCE = 200;

/** The units of a book as speech. What was spoken once, for whichever book, is not spoken again. */
export class UnitSpeech {
  readonly #options: UnitSpeechOptions;

  constructor(options: UnitSpeechOptions) {
    this.#options = options;
  }

  /**
   * What is known of a unit without speaking; undefined where it was never spoken, or where nothing was measured of the recording that is kept.
   * Throws as `Speaker.request` does.
   */
  async known(unit: SpeechUnit, signal?: AbortSignal): Promise<Spoken | undefined> {
    const { speaker, facts, hashOf } = this.#options;
    const { key } = await speaker.request(wishOf(unit), signal);
    const measured = facts.find(key);
    if (measured === undefined || measured.hash !== (await hashOf(key))) return undefined;
    return { key, facts: measured, source: 'reused' };
  }

  /** Speaks a unit where need be; what is kept of it is durable when this returns. Throws as `VoicesService.speak` does. */
  async speak(unit: SpeechUnit, signal?: AbortSignal): Promise<Spoken> {
    const known = await this.known(unit, signal);
    if (known !== undefined) return known;
    const { key, speak } = await this.#options.speaker.request(wishOf(unit), signal);
    return this.#measure(key, await speak(signal), signal);
  }

  /**
   * The recording of a unit, FLAC. Where it was thrown away meanwhile, it is spoken again, and then it may be another one than `placed` is of:
   * `spoken` is what is known of the one that is returned. Throws as {@link speak} does.
   */
  async recording(
    unit: SpeechUnit,
    placed: Spoken,
    signal?: AbortSignal,
  ): Promise<{ file: Uint8Array<ArrayBuffer>; spoken: Spoken }> {
    const { key, speak } = await this.#options.speaker.request(wishOf(unit), signal);
    const kept = await speak(signal);
    const isSame = key === placed.key && kept.hash === placed.facts.hash;
    return { file: kept.file, spoken: isSame ? placed : await this.#measure(key, kept, signal) };
  }

  /** Forgets what was measured of recordings that are not kept any more. @returns of how many */
  async forgetGone(): Promise<number> {
    const { facts, hashOf } = this.#options;
    let forgotten = 0;
    for (let some = facts.list('', COMPARED_AT_ONCE); some.length > 0;) {
      const kept = await Promise.all(some.map(({ key }) => hashOf(key)));
      const gone = some.filter(({ hash }, at) => hash !== kept[at]);
      await facts.remove(gone);
      forgotten += gone.length;
      some = facts.list(some.at(-1)!.key, COMPARED_AT_ONCE);
    }
    return forgotten;
  }

  async #measure(key: string, kept: KeptSpeech, signal: AbortSignal | undefined): Promise<Spoken> {
    const { hash, sampleRate, words, warnings } = kept;
    const facts = { hash, ...trimSpeech(await kept.samples(signal), sampleRate), sampleRate, words, warnings };
    await this.#options.facts.put(key, facts);
    return { key, facts, source: kept.found ? 'reused' : 'synthesised' };
  }
}

/** For the timeline. */
export function spokenUnit({ key, facts }: Pick<Spoken, 'key' | 'facts'>): SpokenUnit {
  const { from, to, sampleRate, words } = facts;
  return { source: speechSource({ key, facts }), frames: to - from, sampleRate, lead: from / sampleRate, words };
}

/** About as long as it will be, where it was not spoken yet. */
export function estimatedUnit({ text, speed }: SpeechUnit): SpokenUnit {
  const frames = Math.round((text.length / CHARACTERS_A_SECOND / speed) * ESTIMATE_RATE);
  return { source: '', frames, sampleRate: ESTIMATE_RATE, lead: 0, words: undefined };
}

/** The name of speech in a timeline: of one recording, never of two of the same text. */
export function speechSource(spoken: Pick<Spoken, 'key' | 'facts'>): string {
  return `speech:${recordingKey(spoken)}`;
}

/** Of the content of a recording and nothing else. */
export function recordingKey({ key, facts: { hash } }: Pick<Spoken, 'key' | 'facts'>): string {
  return `${key}:${hash}`;
}

function wishOf({ text, voice, speed, pitch }: SpeechUnit) {
  return { text, voice, speed, pitch };
}
