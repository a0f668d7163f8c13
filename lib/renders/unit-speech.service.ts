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
  /** Whether the recording of a speech is still there. */
  isKept: (key: string) => Promise<boolean>;
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

/** The units of a book as speech. What was spoken once, for whichever book, is not spoken again. */
export class UnitSpeech {
  readonly #options: UnitSpeechOptions;

  constructor(options: UnitSpeechOptions) {
    this.#options = options;
  }

  /** What is known of a unit without speaking; undefined where it was never spoken. Throws as `Speaker.request` does. */
  async known(unit: SpeechUnit, signal?: AbortSignal): Promise<Spoken | undefined> {
    const { speaker, facts, isKept } = this.#options;
    const { key } = await speaker.request(wishOf(unit), signal);
    const measured = facts.find(key);
    return measured !== undefined && (await isKept(key)) ? { key, facts: measured, source: 'reused' } : undefined;
  }

  /** Speaks a unit where need be; what is kept of it is durable when this returns. Throws as `VoicesService.speak` does. */
  async speak(unit: SpeechUnit, signal?: AbortSignal): Promise<Spoken> {
    const known = await this.known(unit, signal);
    if (known !== undefined) return known;
    const { key, speak } = await this.#options.speaker.request(wishOf(unit), signal);
    const kept = await speak(signal);
    const { sampleRate, words, warnings } = kept;
    const facts = { ...trimSpeech(await kept.samples(signal), sampleRate), sampleRate, words, warnings };
    await this.#options.facts.put(key, facts);
    return { key, facts, source: kept.found ? 'reused' : 'synthesised' };
  }

  /** The recording of a unit, FLAC; it is spoken again where it was thrown away meanwhile. */
  async recording(unit: SpeechUnit, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { speak } = await this.#options.speaker.request(wishOf(unit), signal);
    return (await speak(signal)).file;
  }
}

/** For the timeline. */
export function spokenUnit({ key, facts: { from, to, sampleRate, words } }: Pick<Spoken, 'key' | 'facts'>): SpokenUnit {
  return { source: speechSource(key), frames: to - from, sampleRate, lead: from / sampleRate, words };
}

/** About as long as it will be, where it was not spoken yet. */
export function estimatedUnit({ text, speed }: SpeechUnit): SpokenUnit {
  const frames = Math.round((text.length / CHARACTERS_A_SECOND / speed) * ESTIMATE_RATE);
  return { source: '', frames, sampleRate: ESTIMATE_RATE, lead: 0, words: undefined };
}

/** The name of speech in a timeline. */
export function speechSource(key: string): string {
  return `speech:${key}`;
}

function wishOf({ text, voice, speed, pitch }: SpeechUnit) {
  return { text, voice, speed, pitch };
}
