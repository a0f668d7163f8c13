import type { Clock } from '#lib/base/clock.ts';
import { AppError, isAppError } from '#lib/base/errors.ts';
import type { KnownVoices } from '#lib/engines/known-voices.ts';
import {
  PITCH_RANGE,
  SPEED_RANGE,
  type EngineVoice,
  type SpeechEngine,
  type WordMark,
} from '#lib/engines/speech-engine.ts';
import { speechKey } from '#lib/engines/speech-key.ts';
import { checkSpeechRequest } from '#lib/engines/speech-request.ts';
import type { KeptSpeech, SpeechStore } from '#lib/engines/speech-store.ts';
import { voiceNotFound } from '#lib/engines/speech.errors.ts';
import { EngineVoices } from './engine-voices.service.ts';
import { previewSentence } from './preview.ts';
import { tidySpeechText } from './speech-text.ts';
import {
  matchesVoice,
  parseVoiceId,
  voiceIdOf,
  type EngineStatus,
  type SpeechWish,
  type Voice,
  type VoiceFilter,
  type VoiceList,
} from './voices.ts';

export interface VoicesServiceOptions {
  /** In the order in which they are shown. */
  engines: readonly SpeechEngine[];
  store: Pick<SpeechStore, 'obtain'>;
  known: Pick<KnownVoices, 'read' | 'write'>;
  clock: Clock;
  /** Milliseconds that an engine has to tell its voices. */
  deadlineMs?: number;
  observer?: SpeechObserver;
  /** Told that an engine which could not be asked may be asked again soon: what was answered should not be kept for long. */
  onChange?: () => void;
  /** Told of what went wrong without failing a request. */
  onProblem?: (what: string, error: unknown) => void;
}

/** Hears of every request for speech, for metrics. */
export interface SpeechObserver {
  spoken(event: SpeechEvent): void;
}

export interface SpeechEvent {
  engine: string;
  /** `kept`: it was there. `failed`: an error that the engine is to blame for. `refused`: the request is. `cancelled`: nobody wanted it. */
  outcome: 'spoken' | 'kept' | 'failed' | 'refused' | 'cancelled';
  /** Of waiting. */
  seconds: number;
  /** Of speech; 0 where there was none. */
  speechSeconds: number;
}

/** Speech as it was asked for; its words stand where they do in the text of the request. */
export type SpokenText = KeptSpeech;

export interface FoundVoice {
  id: string;
  /** Its engine tells where each word is. */
  marksWords: boolean;
}

export interface SpeechOnDemand {
  /** Of content and nothing else; see `speechKey`. */
  key: string;
  speak: (signal?: AbortSignal) => Promise<SpokenText>;
}

const DEADLINE_MS = 10_000;
/** After an engine could not be asked. */
const ASK_AGAIN_MS = 10_000;

/** Everyone who can speak, whichever engine they belong to. An engine that is down hides nobody, least of all the others. */
export class VoicesService {
  readonly #options: VoicesServiceOptions;
  readonly #engines: ReadonlyMap<string, { engine: SpeechEngine; voices: EngineVoices }>;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: VoicesServiceOptions) {
    const { engines, known, clock, deadlineMs = DEADLINE_MS, onProblem = () => undefined } = options;
    this.#options = options;
    this.#engines = new Map(
      engines.map(engine => [
        engine.name,
        { engine, voices: new EngineVoices({ engine, known, clock, deadlineMs, onProblem }) },
      ]),
    );
  }

  /** Asks every engine that the filter allows, at the same time. Rejects only with the signal's reason. */
  async list(filter: VoiceFilter = {}, signal?: AbortSignal): Promise<VoiceList> {
    const asked = [...this.#engines.values()].filter(
      ({ engine }) => filter.engine === undefined || filter.engine === engine.name,
    );
    const answers = await Promise.all(
      asked.map(async ({ engine, voices }) => ({ engine, ...(await voices.ask(signal)) })),
    );
    for (const { failure } of answers) {
      if (failure !== undefined && !isAppError(failure))
        this.#options.onProblem?.('voices could not be asked for', failure);
    }
    if (answers.some(({ failure }) => failure !== undefined)) this.#askSoon();
    return {
      voices: answers
        .flatMap(({ engine, voices, failure }) => voices.map(voice => shown(engine, voice, failure)))
        .filter(voice => matchesVoice(voice, filter)),
      warnings: answers.filter(({ failure }) => failure !== undefined).map(warningOf),
    };
  }

  /** @throws AppError `speech.voice_not_found`, and what the engine throws where it cannot be asked and the voice is not known */
  async get(id: string, signal?: AbortSignal): Promise<Voice> {
    const { engine, voice, failure } = await this.#find(id, signal);
    return shown(engine, voice, failure);
  }

  /** How each engine is, as far as is known without asking it. */
  engines(): EngineStatus[] {
    return [...this.#engines.values()].map(({ engine }) => {
      const { available, reason, checked_at } = engine.health();
      return { name: engine.name, kind: engine.kind, available, reason, checked_at: checked_at ?? null };
    });
  }

  /**
   * Speaks, or gives what was spoken before.
   *
   * @throws AppError `speech.voice_not_found`, `speech.invalid`, `speech.too_long`, `speech.unsayable`, `speech.engine_unavailable`,
   *   `speech.engine_failed`; the signal's reason
   */
  async speak(wish: Omit<SpeechWish, 'format'>, signal?: AbortSignal): Promise<SpokenText> {
    const { clock, observer } = this.#options;
    const started = clock.monotonic();
    const tell = (outcome: SpeechEvent['outcome'], speechSeconds = 0) => {
      const engine = this.#engines.get(parseVoiceId(wish.voice)?.engine ?? '')?.engine.name;
      if (engine === undefined) return;
      observer?.spoken({ engine, outcome, seconds: (clock.monotonic() - started) / 1000, speechSeconds });
    };
    try {
      const spoken = await this.#speak(wish, signal);
      tell(spoken.found ? 'kept' : 'spoken', spoken.frames / spoken.sampleRate);
      return spoken;
    } catch (error) {
      tell(signal?.aborted ? 'cancelled' : isRefusal(error) ? 'refused' : 'failed');
      throw error;
    }
  }

  /**
   * Where the speech of a wish is kept, and the way to it: for who wants to know whether it was spoken before. Rejects as {@link speak} does.
   */
  async request(wish: Omit<SpeechWish, 'format'>, signal?: AbortSignal): Promise<SpeechOnDemand> {
    const { key } = await this.#request(wish, signal);
    return { key, speak: signal => this.speak(wish, signal) };
  }

  /**
   * The voice that a name means: its id, or the engine's own id of it, of the first engine that has one. A voice of an engine that cannot
   * be asked counts as known, for only that engine could say otherwise. Undefined where there is none; rejects only with the signal's reason.
   */
  async find(name: string, signal?: AbortSignal): Promise<FoundVoice | undefined> {
    const parsed = parseVoiceId(name);
    const candidates =
      parsed === undefined
        ? [...this.#engines.values()].map(one => ({ ...one, own: name }))
        : [...this.#engines.values()]
            .filter(({ engine }) => engine.name === parsed.engine)
            .map(one => ({ ...one, own: parsed.voice }));
    for (const { engine, voices, own } of candidates) {
      const { voice, failure } = await voices.find(own, signal);
      if (voice === undefined && (failure === undefined || parsed === undefined)) continue;
      return { id: voiceIdOf(engine.name, own), marksWords: engine.marksWords };
    }
    return undefined;
  }

  /** A sentence in the voice's own language, kept like all speech. Rejects as {@link speak} does. */
  async preview(id: string, signal?: AbortSignal): Promise<SpokenText> {
    const { voice } = await this.#find(id, signal);
    return this.speak({ voice: id, text: previewSentence(voice.language), speed: 1, pitch: 0 }, signal);
  }

  /** Ends the engines; calls under way reject. */
  async close(): Promise<void> {
    clearTimeout(this.#soon);
    await Promise.all([...this.#engines.values()].map(({ engine }) => engine.close()));
  }

  #askSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#options.onChange?.();
    }, ASK_AGAIN_MS).unref();
  }

  async #speak(wish: Omit<SpeechWish, 'format'>, signal?: AbortSignal): Promise<SpokenText> {
    const { tidy, engine, request, key } = await this.#request(wish, signal);
    const spoken = await this.#options.store.obtain(key, given => engine.speak(request, { signal: given }), signal);
    return {
      ...spoken,
      words: spoken.words?.map((mark): WordMark => ({ ...mark, ...tidy.original(mark.from, mark.to) })),
    };
  }

  async #request({ voice: id, text: given, speed, pitch }: Omit<SpeechWish, 'format'>, signal?: AbortSignal) {
    const tidy = tidySpeechText(given);
    const { text } = tidy;
    checkSpeechRequest({ text, voice: id, speed, pitch });
    const { engine, voice } = await this.#find(id, signal);
    const request = { text, voice: voice.id, speed, pitch };
    const key = speechKey({ kind: engine.kind, revision: voice.revision, ...request });
    return { tidy, engine, request, key };
  }

  async #find(
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<{ engine: SpeechEngine; voice: EngineVoice; failure: Error | undefined }> {
    const parsed = parseVoiceId(id);
    const found = parsed === undefined ? undefined : this.#engines.get(parsed.engine);
    if (parsed === undefined || found === undefined) throw unknownVoice(id);
    const { voice, failure } = await found.voices.find(parsed.voice, signal);
    if (voice !== undefined) return { engine: found.engine, voice, failure };
    if (failure === undefined) throw voiceNotFound(parsed.engine, parsed.voice);
    throw failure;
  }
}

function shown(engine: SpeechEngine, voice: EngineVoice, failure: Error | undefined): Voice {
  const id = voiceIdOf(engine.name, voice.id);
  return {
    id,
    engine: engine.name,
    name: voice.name,
    language: voice.language,
    ...(voice.gender === undefined ? {} : { gender: voice.gender }),
    sample_rate: voice.sampleRate ?? null,
    preview_url: `/api/voices/${encodeURIComponent(id)}/preview`,
    available: failure === undefined && engine.health().available,
    speed: voice.follows.speed ? SPEED_RANGE : null,
    pitch: voice.follows.pitch ? PITCH_RANGE : null,
  };
}

function warningOf({
  engine,
  voices,
  failure,
}: {
  engine: SpeechEngine;
  voices: readonly unknown[];
  failure: Error | undefined;
}) {
  // What is no AppError may name anything; the log has it.
  const why = isAppError(failure) ? failure.message : `The engine ${engine.name} could not be asked for its voices.`;
  return voices.length === 0 ? why : `${why} The voices that it had are shown.`;
}

function unknownVoice(id: string): AppError {
  return new AppError(
    'speech.voice_not_found',
    `There is no voice ${JSON.stringify(id)}. GET /api/voices lists the voices there are.`,
    { details: { voice: id } },
  );
}

/** The request is at fault, and no other engine would do better. */
function isRefusal(error: unknown): boolean {
  const codes = ['speech.voice_not_found', 'speech.invalid', 'speech.too_long', 'speech.unsayable'];
  return isAppError(error) && codes.includes(error.code);
}
