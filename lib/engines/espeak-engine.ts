/**
 * espeak-ng, where it is installed: over a hundred languages, formant synthesis. Clear, and a robot.
 *
 * Its text goes to standard input and never onto the command line; a voice is an id out of its own list.
 */
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import { poolSize } from '#lib/workers/spawn.ts';
import { callSignal } from './call-signal.ts';
import { CallSlots, CallSlotsFullError } from './call-slots.ts';
import { ProgramError, runProgram } from './espeak-program.ts';
import { espeakSettings } from './espeak-settings.ts';
import { parseEspeakVoices, type EspeakVoice } from './espeak-voices.ts';
import { checkSpeechRequest } from './speech-request.ts';
import type { CallOptions, EngineHealth, EngineVoice, Speech, SpeechEngine, SpeechRequest } from './speech-engine.ts';
import {
  engineClosed,
  engineFailed,
  engineUnavailable,
  tooMuchSpeech,
  unsayable,
  voiceNotFound,
} from './speech.errors.ts';
import { readPipedWav } from './piped-wav.ts';

export interface EspeakEngineOptions {
  name: string;
  clock: Clock;
  /** A name to be looked for in the usual folders, or a path. */
  program?: string;
  /** Milliseconds that one run may take at most; by the length of the text when not given. */
  timeoutMs?: number | undefined;
  /** Processes at one time; one less than the cores when not given. */
  concurrency?: number | undefined;
}

const PROGRAM = 'espeak-ng';
/** Runs in line behind those under way. */
const MAX_WAITING = 1000;
const MAX_LIST_BYTES = 1024 * 1024;
const MAX_SPEECH_SECONDS = 45 * 60;
/** 16 bits at 22.05 kHz; no voice has more. */
const BYTES_PER_SECOND = 2 * 22_050;

const MIN_TIMEOUT_MS = 20_000;
/** It takes 0.1 ms for a letter on an idle core. */
const TIMEOUT_MS_PER_CHARACTER = 10;

/** Characters. */
const MAX_EXCERPT = 40;
/** Below this all of it is silence. */
const AUDIBLE = 1e-4;

interface Known {
  version: string;
  voices: ReadonlyMap<string, EspeakVoice>;
}

export function createEspeakEngine(options: EspeakEngineOptions): SpeechEngine {
  return new EspeakEngine(options);
}

class EspeakEngine implements SpeechEngine {
  readonly name: string;
  readonly kind = 'espeak';
  readonly marksWords = false;
  private readonly clock: Clock;
  private readonly program: string;
  private readonly timeoutMs: number | undefined;
  private readonly slots: CallSlots;
  private readonly closing = new AbortController();
  private state: EngineHealth = { available: true, reason: '', checked_at: undefined };
  private known: Known | undefined;

  constructor({ name, clock, program = PROGRAM, timeoutMs, concurrency = poolSize() }: EspeakEngineOptions) {
    this.name = name;
    this.clock = clock;
    this.program = program;
    this.timeoutMs = timeoutMs;
    this.slots = new CallSlots({ slots: concurrency, waiting: MAX_WAITING });
  }

  /** Asks the program anew each time, so that installing it or another version of it needs no restart. */
  async voices({ signal }: CallOptions = {}): Promise<EngineVoice[]> {
    const { version, voices } = await this.look(signal);
    return [...voices.values()].map(({ voice }) => ({ ...voice, revision: `espeak-ng ${version}` }));
  }

  async speak(request: SpeechRequest, { signal }: CallOptions = {}): Promise<Speech> {
    signal?.throwIfAborted();
    if (this.closing.signal.aborted) throw engineClosed(this.name);
    checkSpeechRequest(request);
    const { voices } = this.known ?? (await this.look(signal));
    const found = voices.get(request.voice);
    if (!found) throw voiceNotFound(this.name, request.voice);
    const { text, speed, pitch } = request;
    const { args, warnings } = espeakSettings(found.register, speed, pitch);
    const output = await this.run(['-b', '1', '--stdin', '--stdout', '-v', found.argument, ...args], {
      input: plain(text),
      maxBytes: MAX_SPEECH_SECONDS * BYTES_PER_SECOND,
      timeoutMs: MIN_TIMEOUT_MS + (text.length * TIMEOUT_MS_PER_CHARACTER) / Math.min(1, speed),
      signal,
    });
    return this.settle(() => {
      const wav = readPipedWav(output);
      if (wav === undefined && output.length > 0) throw this.failed('sent something that is no WAV', undefined);
      if (wav === undefined || !wav.samples.some(sample => Math.abs(sample) > AUDIBLE)) {
        throw unsayable(
          `The voice ${found.voice.name} has nothing to say for “${excerpt(text)}”. Choose a voice of its language, or make it a pause.`,
        );
      }
      return { ...wav, words: undefined, warnings };
    });
  }

  health(): EngineHealth {
    return this.state;
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.found({ available: false, reason: 'It is closed: the server is stopping.' });
    this.closing.abort(engineClosed(this.name));
  }

  private async look(signal: AbortSignal | undefined): Promise<Known> {
    const ask = { input: '', maxBytes: MAX_LIST_BYTES, timeoutMs: MIN_TIMEOUT_MS, signal };
    const version = await this.run(['--version'], ask);
    const list = await this.run(['--voices'], ask);
    return this.settle(() => {
      const voices = parseEspeakVoices(list.toString('utf8'));
      const [, number] = /(\d+\.\d+[\w.-]*)/.exec(version.toString('utf8')) ?? [];
      if (number === undefined) throw this.failed('does not tell its version', undefined);
      if (voices === undefined || voices.length === 0) throw this.failed('does not list its voices', undefined);
      this.known = { version: number, voices: new Map(voices.map(voice => [voice.voice.id, voice])) };
      return this.known;
    });
  }

  private async run(
    args: readonly string[],
    call: { input: string; maxBytes: number; timeoutMs: number; signal: AbortSignal | undefined },
  ): Promise<Buffer> {
    const { input, maxBytes, timeoutMs, signal } = call;
    const ms = this.timeoutMs ?? timeoutMs;
    const either = [signal, this.closing.signal];
    const inLine = callSignal(either);
    try {
      return await this.slots.run(async () => {
        const limited = callSignal(either, {
          ms,
          reason: () => this.failed(`took longer than ${ms / 1000} s`, undefined),
        });
        try {
          return await runProgram(this.program, { args, input, maxBytes, signal: limited.signal });
        } finally {
          limited.end();
        }
      }, inLine.signal);
    } catch (error) {
      return await this.settle(() => {
        throw this.explain(error, signal);
      });
    } finally {
      inLine.end();
    }
  }

  private explain(error: unknown, signal: AbortSignal | undefined): unknown {
    if (error instanceof CallSlotsFullError) {
      return engineUnavailable(this.name, `The engine ${this.name} has too much to do. Try again later.`, error);
    }
    if (!(error instanceof ProgramError) || signal?.aborted) return error;
    if (error.failure === 'too_much') return tooMuchSpeech(MAX_SPEECH_SECONDS);
    if (error.failure === 'failed') return this.failed(error.message.replace(/^it /, ''), error);
    const reason = `${this.program} is not installed. Install the package espeak-ng on the server (Debian, Ubuntu: apt install espeak-ng).`;
    return engineUnavailable(this.name, reason, error);
  }

  private failed(what: string, cause: unknown): Error {
    return engineFailed(this.name, `espeak-ng ${what}. Try again, or choose a voice of another engine.`, cause);
  }

  /** Remembers how it went, as far as that says something about the engine. */
  private async settle<T>(act: () => T): Promise<T> {
    try {
      const result = act();
      this.found({ available: true, reason: '' });
      return result;
    } catch (error) {
      const code = isAppError(error) ? error.code : undefined;
      if (code === 'speech.engine_unavailable' || code === 'speech.engine_failed') {
        this.found({ available: false, reason: (error as Error).message });
      }
      throw error;
    }
  }

  private found(state: Omit<EngineHealth, 'checked_at'>): void {
    if (this.closing.signal.aborted) return;
    this.state = { ...state, checked_at: this.clock.now().toISOString() };
  }
}

function excerpt(text: string): string {
  const characters = [...text.trim().toWellFormed()];
  return characters.length <= MAX_EXCERPT ? characters.join('') : `${characters.slice(0, MAX_EXCERPT).join('')}…`;
}

/** Without what the program takes for commands: control characters, and `[[`, behind which it expects its own phonemes. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
    .replaceAll(/\[(?=\[)/g, '[ ');
}
