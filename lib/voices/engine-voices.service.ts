import type { Clock } from '#lib/base/clock.ts';
import { callSignal } from '#lib/engines/call-signal.ts';
import type { KnownVoices } from '#lib/engines/known-voices.ts';
import { SharedFlights } from '#lib/engines/shared-flights.ts';
import type { EngineVoice, SpeechEngine } from '#lib/engines/speech-engine.ts';
import { engineUnavailable } from '#lib/engines/speech.errors.ts';

export interface EngineVoicesOptions {
  engine: SpeechEngine;
  known: Pick<KnownVoices, 'read' | 'write'>;
  clock: Clock;
  /** Milliseconds that the engine has to tell its voices. */
  deadlineMs: number;
  /** Told of what went wrong without failing a request. */
  onProblem: (what: string, error: unknown) => void;
}

/** The voices of an engine now, or those that it had last and why there is nothing newer. */
export interface VoicesOfEngine {
  voices: readonly EngineVoice[];
  failure: Error | undefined;
}

interface Remembered {
  voices: readonly EngineVoice[];
  /** Milliseconds of the clock; undefined where another process has heard them. */
  at: number | undefined;
}

/** For so long the last answer is good enough to find one voice by its id, milliseconds. */
const FRESH_MS = 60_000;

/** What is known of the voices of one engine, which may be down. */
export class EngineVoices {
  readonly #options: EngineVoicesOptions;
  readonly #flights = new SharedFlights<readonly EngineVoice[]>();
  #last: Remembered | undefined;

  constructor(options: EngineVoicesOptions) {
    this.#options = options;
  }

  /** Asks the engine. Rejects only with the signal's reason. */
  async ask(signal?: AbortSignal): Promise<VoicesOfEngine> {
    try {
      return { voices: await this.#flights.join('', given => this.#ask(given), signal), failure: undefined };
    } catch (error) {
      signal?.throwIfAborted();
      const failure = error instanceof Error ? error : new Error(String(error));
      return { voices: (await this.#remembered()).voices, failure };
    }
  }

  /**
   * The voice with this id, by what was heard a moment ago where that will do. Undefined where the engine has none; its failure where it
   * cannot be asked and nothing is known of such a voice.
   */
  async find(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ voice: EngineVoice | undefined; failure: Error | undefined }> {
    const { voices, at } = await this.#remembered();
    const isFresh = at !== undefined && this.#options.clock.monotonic() - at < FRESH_MS;
    const remembered = isFresh ? voices.find(voice => voice.id === id) : undefined;
    if (remembered !== undefined) return { voice: remembered, failure: undefined };
    const asked = await this.ask(signal);
    return { voice: asked.voices.find(voice => voice.id === id), failure: asked.failure };
  }

  async #ask(signal: AbortSignal): Promise<readonly EngineVoice[]> {
    const { engine, known, clock, deadlineMs, onProblem } = this.#options;
    const late = engineUnavailable(
      engine.name,
      `The engine ${engine.name} did not tell its voices within ${deadlineMs / 1000} s. Try again in a moment.`,
    );
    const limited = callSignal([signal], { ms: deadlineMs, reason: () => late });
    try {
      const voices = await engine.voices({ signal: limited.signal });
      this.#last = { voices, at: clock.monotonic() };
      await known.write(engine, voices).catch((error: unknown) => onProblem('voices could not be noted', error));
      return voices;
    } finally {
      limited.end();
    }
  }

  /** From this process, or what another one has noted. */
  async #remembered(): Promise<Remembered> {
    this.#last ??= { voices: (await this.#options.known.read(this.#options.engine)) ?? [], at: undefined };
    return this.#last;
  }
}
