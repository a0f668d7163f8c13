/**
 * What stands around every engine behind a URL: limits of time, size and number, another try where that helps, and rest for a server
 * that does not work. Adapters say what they want of which path; whatever comes back is whole, of a type they take, or an error.
 *
 * A call waits for a slot, then makes up to {@link MAX_ATTEMPTS} attempts within its time:
 *
 * - another one after a failed connection, a cut answer, a 429 and a 503 (speech is the same when it is asked for twice);
 * - none after an answer of any other kind, and none after a time limit: the server would do the same work again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#lib/base/clock.ts';
import type { AppError } from '#lib/base/errors.ts';
import { formatBytes } from '#lib/base/units.ts';
import { callSignal } from './call-signal.ts';
import { CallSlots, CallSlotsFullError } from './call-slots.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { foreignMessage } from './foreign-text.ts';
import { createTransport, TransportError, type RemoteResponse, type Transport } from './remote-transport.ts';
import { failed, ofStatus, ofTransport, unavailable, variableOf } from './remote.errors.ts';
import { parseRetryAfter, retryDelayMs } from './retry-delay.ts';
import { engineClosed } from './speech.errors.ts';
import type { EngineHealth } from './speech-engine.ts';

export interface RemoteClientOptions {
  /** The engine's, as it was configured. */
  name: string;
  /** From the configuration, never from a request. Paths are added to its own. */
  url: URL;
  /** Sent as a bearer token and to nobody else. */
  apiKey?: string | undefined;
  /** Milliseconds of a call from its slot to its last byte, all attempts together. */
  timeoutMs: number;
  /** Calls at one time. */
  concurrency: number;
  clock: Clock;
  transport?: Transport;
  /** 0…1; spreads attempts. */
  random?: () => number;
  /** Lets time pass between attempts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
}

export interface RemoteCall {
  method: 'GET' | 'POST';
  /** Under the URL, without a leading slash. */
  path: string;
  json?: unknown;
  /** The `Accept` header. */
  accept: string;
  /** Whether an answer of this media type is taken; lower case, without parameters, empty where there is none. */
  takes: (type: string) => boolean;
  /** Bytes. */
  maxBytes: number;
  /** Where it is to be less than the engine's. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface RemoteAnswer {
  /** Media type, lower case, without parameters; empty where the server gave none. */
  type: string;
  /** The whole `Content-Type`. */
  contentType: string;
  /** In memory of its own. */
  bytes: Uint8Array<ArrayBuffer>;
}

const MAX_ATTEMPTS = 3;
/** Calls in line behind those under way; whoever comes then is told to come back. */
const MAX_WAITING = 100;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;
/** What is read of the body of an error. */
const MAX_ERROR_BYTES = 64 * 1024;

interface TimeLimit {
  signal: AbortSignal;
  timeoutMs: number;
  /** What the signal is aborted with when the time is over. */
  late: AppError;
}

type Outcome = { answer: RemoteAnswer } | { error: AppError; again: boolean; retryAfterMs?: number | undefined };

export class RemoteClient {
  readonly #options: Required<Omit<RemoteClientOptions, 'apiKey'>>;
  readonly #apiKey: string | undefined;
  readonly #slots: CallSlots;
  readonly #breaker: CircuitBreaker;
  readonly #closing = new AbortController();
  #health: EngineHealth = { available: true, reason: '', checked_at: undefined };

  constructor({ apiKey, ...options }: RemoteClientOptions) {
    const { timeoutMs, concurrency, clock } = options;
    this.#apiKey = apiKey;
    this.#options = {
      transport: createTransport(),
      random: Math.random,
      wait: (ms, signal) => delay(ms, undefined, { signal }),
      connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      idleTimeoutMs: Math.min(IDLE_TIMEOUT_MS, timeoutMs),
      ...options,
    };
    this.#slots = new CallSlots({ slots: concurrency, waiting: MAX_WAITING });
    this.#breaker = new CircuitBreaker({ clock });
  }

  /** @throws AppError `speech.engine_unavailable`, `speech.engine_failed` (with `engine_status` in its details); the signal's reason */
  async call(call: RemoteCall): Promise<RemoteAnswer> {
    const { name } = this.#options;
    const inLine = callSignal([call.signal, this.#closing.signal]);
    try {
      return await this.#slots.run(() => this.#inTime(call), inLine.signal);
    } catch (error) {
      if (!(error instanceof CallSlotsFullError)) throw error;
      throw unavailable(name, 'has too many requests in line. Try again in a moment.', { cause: error, retryAfter: 5 });
    } finally {
      inLine.end();
    }
  }

  /** The value that a GET answers as JSON. Rejects as {@link call} does. */
  async json(call: Omit<RemoteCall, 'method' | 'accept' | 'takes'>): Promise<unknown> {
    const answer = await this.call({ ...call, method: 'GET', accept: 'application/json', takes: isJson });
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.bytes)) as unknown;
    } catch (error) {
      throw failed(this.#options.name, `answered /${call.path} with something that is no JSON.`, { cause: error });
    }
  }

  /** As the last call found it. */
  health(): EngineHealth {
    return this.#health;
  }

  /** Ends the calls under way and the connections. Calling it twice does nothing. */
  close(): void {
    const { name, transport, clock } = this.#options;
    if (this.#closing.signal.aborted) return;
    const closed = engineClosed(name);
    this.#closing.abort(closed);
    transport.close();
    this.#health = { available: false, reason: closed.message, checked_at: clock.now().toISOString() };
  }

  async #inTime(call: RemoteCall): Promise<RemoteAnswer> {
    const { name } = this.#options;
    const timeoutMs = Math.min(call.timeoutMs ?? Infinity, this.#options.timeoutMs);
    const late = unavailable(
      name,
      `did not answer within ${timeoutMs / 1000} s. Give it more with ${variableOf(name, 'TIMEOUT')}, or shorter texts.`,
    );
    const limited = callSignal([call.signal, this.#closing.signal], { ms: timeoutMs, reason: () => late });
    try {
      return await this.#attempts(call, { signal: limited.signal, timeoutMs, late });
    } finally {
      limited.end();
    }
  }

  async #attempts(call: RemoteCall, { signal, timeoutMs, late }: TimeLimit): Promise<RemoteAnswer> {
    const { clock, random, wait } = this.#options;
    const started = clock.monotonic();
    for (let attempt = 1; ; attempt++) {
      const admission = this.#breaker.admit();
      if (!admission.admitted) throw this.#atRest(admission.retryInMs);
      const outcome = await this.#attempt(call, signal).catch((error: unknown) => {
        // Where the caller ended it, nothing is known about the server, and the next attempt may be the probe.
        if (error === late) this.#note('failed', late);
        else if (admission.probe) this.#breaker.abandoned();
        throw error;
      });
      if ('answer' in outcome) return outcome.answer;
      const more = outcome.again && attempt < MAX_ATTEMPTS;
      const ms = more ? retryDelayMs(attempt, outcome.retryAfterMs, random) : undefined;
      if (ms === undefined || clock.monotonic() - started + ms >= timeoutMs) throw outcome.error;
      await wait(ms, signal).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : error;
      });
    }
  }

  #atRest(retryInMs: number): AppError {
    const retryAfter = Math.max(1, Math.ceil(retryInMs / 1000));
    const options = { retryAfter, details: { engine_resting: true } };
    return unavailable(this.#options.name, `failed again and again and is left alone for ${retryAfter} s.`, options);
  }

  /** Throws only what ends the call whatever the server did: the signal's reason. */
  async #attempt(call: RemoteCall, signal: AbortSignal): Promise<Outcome> {
    try {
      const response = await this.#options.transport.send(this.#requestOf(call, signal));
      try {
        return await this.#receive(call, response);
      } finally {
        response.end();
      }
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const told = ofTransport(this.#options.name, error);
      this.#note('failed', told);
      return { error: told, again: ['unreachable', 'broken', 'cut'].includes(error.failure) };
    }
  }

  #requestOf({ method, path, json, accept }: RemoteCall, signal: AbortSignal) {
    const { url, connectTimeoutMs, idleTimeoutMs } = this.#options;
    const target = new URL(url);
    target.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return {
      method,
      url: target,
      headers: {
        accept,
        'user-agent': 'talk2me',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
      },
      body: json === undefined ? undefined : Buffer.from(JSON.stringify(json)),
      connectTimeoutMs,
      idleTimeoutMs,
      signal,
    };
  }

  async #receive(call: RemoteCall, response: RemoteResponse): Promise<Outcome> {
    const { status } = response;
    if (status < 200 || status > 299) return this.#refused(response);
    const { name } = this.#options;
    const contentType = response.header('content-type') ?? '';
    const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
    const encoding = response.header('content-encoding')?.toLowerCase() ?? 'identity';
    const taken = call.takes(type) && encoding === 'identity';
    const bytes = await readBody(response, taken ? call.maxBytes : MAX_ERROR_BYTES);
    // It works, even where it does not do what was asked.
    this.#note('works');
    if (!taken) {
      const said = type.startsWith('audio/') ? undefined : foreignMessage(bytes ?? new Uint8Array(), this.#secrets());
      const what = encoding === 'identity' ? foreignType(type) : 'something compressed';
      const words = said === undefined ? '' : ` It said: ${said}`;
      return { error: failed(name, `answered /${call.path} with ${what}.${words}`), again: false };
    }
    if (bytes === undefined) {
      return {
        error: failed(name, `answered /${call.path} with more than ${formatBytes(call.maxBytes)}.`),
        again: false,
      };
    }
    return { answer: { type, contentType, bytes } };
  }

  async #refused(response: RemoteResponse): Promise<Outcome> {
    const { name, clock } = this.#options;
    const { status } = response;
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), clock);
    const body = await readBody(response, MAX_ERROR_BYTES, true).catch((error: unknown) => {
      if (error instanceof TransportError) return undefined;
      throw error;
    });
    const error = ofStatus(name, status, foreignMessage(body ?? new Uint8Array(), this.#secrets()), retryAfterMs);
    this.#note(status >= 500 ? 'failed' : status === 401 || status === 403 ? 'misconfigured' : 'works', error);
    return { error, again: status === 429 || status === 503, retryAfterMs };
  }

  #note(how: 'works' | 'failed' | 'misconfigured', error?: AppError): void {
    if (this.#closing.signal.aborted) return;
    if (how === 'failed') this.#breaker.failed();
    else this.#breaker.succeeded();
    const available = how === 'works';
    this.#health = {
      available,
      reason: available ? '' : (error?.message ?? ''),
      checked_at: this.#options.clock.now().toISOString(),
    };
  }

  #secrets(): string[] {
    return this.#apiKey === undefined ? [] : [this.#apiKey];
  }
}

/**
 * The whole body, or undefined where it is larger than `maxBytes`.
 *
 * @param cut takes the first `maxBytes` of a larger one instead
 */
async function readBody(
  response: RemoteResponse,
  maxBytes: number,
  cut = false,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!cut && Number(response.header('content-length') ?? 0) > maxBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) {
      if (!cut) return undefined;
      break;
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return size > maxBytes ? whole.slice(0, maxBytes) : whole;
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

function foreignType(type: string): string {
  if (type === '') return 'something of no type';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && type.length <= 60 ? type : 'something of a strange type';
}
