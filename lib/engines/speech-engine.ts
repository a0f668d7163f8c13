/**
 * What speaks: one adapter for each kind of engine, all of them behind this contract. Every adapter passes `speech-engine.suite.ts`.
 *
 * An engine is *configured* under a name by the operator (`TTS_ENGINES`), and a voice is known to the rest of the program as
 * `<engine name>:<the engine's own id>`. Adapters know only their own ids.
 */
export interface SpeechEngine {
  /** As it was configured: `embedded`, `kokoro`. */
  readonly name: string;
  readonly kind: EngineKind;
  /** Whether its speech comes with the times of the words. */
  readonly marksWords: boolean;

  /**
   * The voices there are now.
   *
   * @throws AppError `speech.engine_unavailable`, `speech.engine_failed`; the signal's reason
   */
  voices(options?: CallOptions): Promise<EngineVoice[]>;

  /**
   * Speaks a text. The whole of it or nothing: an answer that was cut short is an error.
   *
   * @throws AppError `speech.voice_not_found`, `speech.unsayable` (the text holds what the voice cannot say; the message names it),
   *   `speech.engine_unavailable` (out of reach, busy, stopped by its circuit breaker: trying again later makes sense),
   *   `speech.engine_failed` (it answered with an error, or with something that is no audio); the signal's reason
   */
  speak(request: SpeechRequest, options?: CallOptions): Promise<Speech>;

  /** How it is, as far as is known without asking it. */
  health(): EngineHealth;

  /** Ends what it holds; calls under way reject. */
  close(): Promise<void>;
}

export type EngineKind = 'embedded' | 'openai' | 'talk2me' | 'espeak';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface EngineVoice {
  /** The engine's own: `slt`, `af_heart`. Any text without control characters, 1 to 200 characters. */
  id: string;
  /** For people. */
  name: string;
  /** BCP 47, such as `en-US`; `und` where the engine does not say. */
  language: string;
  gender?: 'female' | 'male' | 'neutral';
  /** Hertz; undefined where it is known only once it has spoken. */
  sampleRate: number | undefined;
  /**
   * Changes when the same request would sound different: another version of the engine or of the voice. Part of the key under
   * which speech is kept.
   */
  revision: string;
  /** Which settings this voice follows. Others come back as warnings. */
  follows: { speed: boolean; pitch: boolean };
}

export interface SpeechRequest {
  /** Plain text, 1 to {@link MAX_SPEECH_CHARACTERS} characters. */
  text: string;
  /** The engine's own id of the voice. */
  voice: string;
  /** Times the voice's own rate, {@link SPEED_RANGE}. */
  speed: number;
  /** Semitones above the voice's own, {@link PITCH_RANGE}. */
  pitch: number;
}

export interface Speech {
  /** Mono, nominally −1…1, at least one sample. */
  samples: Float32Array;
  /** Hertz, {@link SAMPLE_RATE_RANGE}. */
  sampleRate: number;
  /** The words as they were spoken, in order, where the engine tells; undefined where it does not. */
  words: WordMark[] | undefined;
  /** What was asked for and is not in the audio, one sentence each. */
  warnings: string[];
}

export interface WordMark {
  /** UTF-16 positions in the text of the request; end exclusive. */
  from: number;
  to: number;
  /** Seconds from the first sample. */
  start: number;
  end: number;
}

export interface EngineHealth {
  available: boolean;
  /** Why it is not, and what to do; empty where it is. */
  reason: string;
  /** When that was found out, ISO 8601; undefined before the first call. */
  checked_at: string | undefined;
}

export { MAX_SPEECH_CHARACTERS, PITCH_RANGE, SAMPLE_RATE_RANGE, SPEED_RANGE } from '#lib/audio/speech-limits.ts';
