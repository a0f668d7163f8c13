/**
 * What is on its way into the library. Knows neither the page nor the network: the way to the server and the clock are handed
 * in, and whoever wants to show it reads the store.
 */
import { formatBytes } from '#lib/base/units.ts';
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { createStore, type Store } from '../store.ts';
import type { PickedFile } from './desk.ts';
import { isSoundByName } from './sound-names.ts';

export type UploadState =
  | 'waiting'
  | 'sending'
  /** All bytes are sent, and the server has not answered yet. */
  | 'measuring'
  | 'paused'
  | 'added'
  | 'duplicate'
  | 'failed'
  /** Cancelled, skipped or removed by the person; kept for the way back. */
  | 'cancelled';

export interface UploadFailure {
  /** What happened, in a few words. */
  what: string;
  /** What is known of it, and what to do. */
  why: string;
  /** The one thing to do; `force` sends a file that does not look like a sound by its name. */
  act: 'retry' | 'choose' | 'force';
}

export interface UploadItem {
  readonly key: number;
  readonly name: string;
  /** In the chosen folder, with `/`; '' for a single file. */
  readonly path: string;
  readonly kind: SoundKind;
  /** Bytes. */
  readonly size: number;
  readonly state: UploadState;
  readonly sentBytes: number;
  /** Bytes a second, over the last few seconds. */
  readonly rate: number;
  readonly failure?: UploadFailure;
  readonly sound?: Sound;
  /** Id of the sound that has the same bytes. */
  readonly duplicateOf?: string;
}

/** Why nothing is sent. With `until` (milliseconds of the clock) it goes on by itself. */
export type Hold =
  { why: 'paused' | 'full' | 'login' } | { why: 'busy' | 'unreached' | 'offline'; until: number; seconds: number };

export interface UploadTotals {
  /** Without what was cancelled and what is no sound by its name. */
  files: number;
  /** Of `files`: added, already here, or failed. */
  done: number;
  /** Of `files`: not done. */
  open: number;
  added: number;
  duplicates: number;
  failed: number;
  /** Files that are no sounds by their name. */
  notSounds: number;
  /** Bytes of the files that have not failed. */
  bytes: number;
  /** Of `bytes`. */
  sentBytes: number;
  /** Bytes a second, over the last few seconds. */
  rate: number;
  /** Undefined while it cannot be told. */
  secondsLeft: number | undefined;
}

export interface QueueState {
  /** In the order of arrival. */
  readonly items: readonly UploadItem[];
  readonly hold: Hold | undefined;
  readonly totals: UploadTotals;
}

export interface UploadRequest {
  kind: SoundKind;
  file: File;
  allowDuplicate: boolean;
}

export interface UploadAnswer {
  /** 0 where none came. */
  status: number;
  /** The JSON of the answer; undefined where it is none. */
  body?: unknown;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** The file cannot be read any more. */
  unreadable?: boolean;
}

export interface UploadEvents {
  /** Bytes of the file so far. */
  sent: (bytes: number) => void;
  /** Once, and never after an abort. */
  answered: (answer: UploadAnswer) => void;
}

/** Begins to send; returns the way to abort. */
export type Transport = (request: UploadRequest, events: UploadEvents) => () => void;

export interface QueueClock {
  /** Milliseconds, never going back. */
  now(): number;
  /** Returns the way to call it off. */
  after(ms: number, run: () => void): () => void;
}

export interface UploadQueueOptions {
  transport: Transport;
  clock: QueueClock;
  onAdded?: (sound: Sound) => void;
  /** Whether the machine says that it has a network; only words depend on it. */
  isOnline?: () => boolean;
}

/** How many are sent at a time. */
export const CONCURRENT = 2;
const TICK_MS = 250;
const RATE_WINDOW_MS = 4000;
/** Milliseconds of measuring before a time left is told. */
const SETTLED_MS = 1000;
/** A file whose connection breaks so often in the middle is given up. */
const MAX_BREAKS = 5;
const LONGEST_WAIT_SECONDS = 30;
const BUSY_SECONDS = 5;

const NO_TOTALS: UploadTotals = {
  files: 0,
  done: 0,
  open: 0,
  added: 0,
  duplicates: 0,
  failed: 0,
  notSounds: 0,
  bytes: 0,
  sentBytes: 0,
  rate: 0,
  secondsLeft: undefined,
};

interface Attempt {
  abort: () => void;
  meter: RateMeter;
}

interface Entry {
  item: UploadItem;
  file: File;
  attempt: Attempt | undefined;
  allowDuplicate: boolean;
  /** Connections that broke in the middle. */
  breaks: number;
  /** What it was before it was cancelled. */
  before: UploadState | undefined;
}

export class UploadQueue {
  readonly store: Store<QueueState> = createStore<QueueState>({ items: [], hold: undefined, totals: NO_TOTALS });
  /** Bytes; larger files are refused before they are sent. */
  maxFileSize = Number.POSITIVE_INFINITY;
  readonly #options: UploadQueueOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #active = new Set<Entry>();
  readonly #meter = new RateMeter();
  #lastKey = 0;
  /** Bytes that were ever sent. */
  #moved = 0;
  #hold: Hold | undefined;
  /** Times in a row that the server was not reached. */
  #misses = 0;
  #ticking = false;
  #depth = 0;

  constructor(options: UploadQueueOptions) {
    this.#options = options;
  }

  /** Returns the keys. When a new round begins, what is over and wants no decision makes room. */
  addFiles(kind: SoundKind, files: readonly PickedFile[]): number[] {
    return this.#change(() => {
      if (this.store.get().totals.open === 0)
        this.#drop(item => item.state === 'added' || item.failure?.act === 'force');
      return files.map(({ file, path }) => {
        this.#lastKey += 1;
        const failure = this.#refusal(file);
        this.#entries.set(this.#lastKey, {
          item: {
            key: this.#lastKey,
            name: file.name,
            path,
            kind,
            size: file.size,
            state: failure === undefined ? 'waiting' : 'failed',
            sentBytes: 0,
            rate: 0,
            ...(failure === undefined ? {} : { failure }),
          },
          file,
          attempt: undefined,
          allowDuplicate: false,
          breaks: 0,
          before: undefined,
        });
        return this.#lastKey;
      });
    });
  }

  /** Stops what is sent, which begins again from its first byte; what is being measured comes to its end. */
  pauseAll(): void {
    this.#change(() => {
      this.#hold = { why: 'paused' };
      for (const entry of [...this.#active]) if (entry.item.state === 'sending') this.#stop(entry, 'waiting');
    });
  }

  /** Goes on with everything, single pauses too, and waits for nothing. */
  resumeAll(): void {
    this.#change(() => {
      this.#hold = undefined;
      this.#misses = 0;
      for (const entry of this.#entries.values()) if (entry.item.state === 'paused') update(entry, 'waiting');
    });
  }

  /** The network is back: what waits for it goes on. */
  networkIsBack(): void {
    if (this.#hold?.why === 'offline' || this.#hold?.why === 'unreached') this.resumeAfterHold();
  }

  /** Ends a hold that is nobody's wish. */
  resumeAfterHold(): void {
    if (this.#hold === undefined || this.#hold.why === 'paused') return;
    this.#change(() => (this.#hold = undefined));
  }

  pause(key: number): void {
    this.#change(() => {
      const entry = this.#entries.get(key);
      if (entry?.item.state === 'waiting' || entry?.item.state === 'sending') this.#stop(entry, 'paused');
    });
  }

  resume(key: number): void {
    this.#each([key], 'paused', entry => update(entry, 'waiting'));
  }

  /** Cancels what is open, skips duplicates, removes what failed. Returns the keys that it did this to. */
  cancel(keys: Iterable<number>): number[] {
    return this.#change(() => {
      const cancelled: number[] = [];
      for (const key of [...keys]) {
        const entry = this.#entries.get(key);
        if (entry === undefined || entry.item.state === 'added' || entry.item.state === 'cancelled') continue;
        entry.before = this.#active.has(entry) ? 'waiting' : entry.item.state;
        this.#stop(entry, 'cancelled');
        cancelled.push(key);
      }
      return cancelled;
    });
  }

  /** Takes back {@link cancel}. */
  restore(keys: Iterable<number>): void {
    this.#each(keys, 'cancelled', entry => update(entry, entry.before ?? 'waiting'));
  }

  /** Tries again what failed; sends what is no sound by its name. */
  retry(keys: Iterable<number>): void {
    this.#each(keys, 'failed', entry => {
      const failure = this.#refusal(entry.file, true);
      entry.breaks = 0;
      if (failure === undefined) update(entry, 'waiting');
      else update(entry, 'failed', { failure });
    });
  }

  /** Sends duplicates again, to be kept beside the sound that is there. */
  keepBoth(keys: Iterable<number>): void {
    this.#each(keys, 'duplicate', entry => {
      entry.allowDuplicate = true;
      update(entry, 'waiting');
    });
  }

  /** Forgets what is over. */
  clear(): void {
    this.#change(() => this.#drop(item => !isOpen(item)));
  }

  #refusal(file: File, force = false): UploadFailure | undefined {
    if (!force && !isSoundByName(file.name, file.type)) {
      return { what: 'Not a sound', why: 'by its name.', act: 'force' };
    }
    if (file.size === 0) return { what: 'Empty.', why: 'The file has no bytes.', act: 'choose' };
    if (file.size <= this.maxFileSize) return undefined;
    return {
      what: 'Too large.',
      why: `It has ${formatBytes(file.size)}; up to ${formatBytes(this.maxFileSize)} are accepted.`,
      act: 'choose',
    };
  }

  #send(entry: Entry): void {
    const { kind } = entry.item;
    const attempt: Attempt = { abort: () => undefined, meter: new RateMeter() };
    entry.attempt = attempt;
    this.#active.add(entry);
    update(entry, 'sending');
    attempt.abort = this.#options.transport(
      { kind, file: entry.file, allowDuplicate: entry.allowDuplicate },
      {
        sent: bytes => {
          if (entry.attempt === attempt) this.#sent(entry, bytes);
        },
        answered: answer => {
          if (entry.attempt !== attempt) return;
          this.#change(() => {
            const { sentBytes } = entry.item;
            this.#stop(entry, 'waiting');
            this.#settle(entry, answer, sentBytes);
          });
        },
      },
    );
  }

  #sent(entry: Entry, bytes: number): void {
    const { size, sentBytes } = entry.item;
    const now = Math.max(sentBytes, Math.min(size, Math.round(bytes)));
    this.#moved += now - sentBytes;
    entry.item = { ...entry.item, sentBytes: now };
    // Between ticks only what changes a row's kind is told: progress comes many times a second.
    if (now === size && entry.item.state === 'sending') this.#change(() => update(entry, 'measuring'));
  }

  #settle(entry: Entry, answer: UploadAnswer, sentBytes: number): void {
    const { status, body } = answer;
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    if (status > 0) this.#misses = 0;

    if (status >= 200 && status < 300 && typeof problem['id'] === 'string') {
      const sound = body as Sound;
      update(entry, 'added', { sound });
      this.#options.onAdded?.(sound);
    } else if (status === 409 && problem['code'] === 'sound.duplicate' && typeof problem['id'] === 'string') {
      update(entry, 'duplicate', { duplicateOf: problem['id'] });
    } else if (status === 401) {
      this.#holdFor({ why: 'login' });
    } else if (status === 507) {
      this.#holdFor({ why: 'full' });
    } else if ([429, 502, 503, 504].includes(status)) {
      this.#holdFor({ why: 'busy', seconds: answer.retryAfter ?? BUSY_SECONDS });
    } else if (answer.unreadable === true) {
      const why = 'It was moved, changed or deleted since it was chosen.';
      update(entry, 'failed', { failure: { what: 'The file cannot be read.', why, act: 'choose' } });
    } else if (status === 0) {
      this.#lost(entry, sentBytes);
    } else {
      update(entry, 'failed', { failure: failureOf(status, problem) });
    }
  }

  #lost(entry: Entry, sentBytes: number): void {
    const online = this.#options.isOnline?.() ?? true;
    // A server that is down takes no bytes. One that takes some and breaks off may do so because of this very file.
    if (online && sentBytes > 0) entry.breaks += 1;
    if (entry.breaks >= MAX_BREAKS) {
      const why = `It broke off ${MAX_BREAKS} times in the middle. See the server's log.`;
      return update(entry, 'failed', { failure: { what: 'Connection lost.', why, act: 'retry' } });
    }
    // Two that break at once are one loss.
    if (this.#hold?.why === 'offline' || this.#hold?.why === 'unreached') return;
    this.#misses += 1;
    const seconds = Math.min(LONGEST_WAIT_SECONDS, 2 ** this.#misses);
    this.#holdFor({ why: online ? 'unreached' : 'offline', seconds });
  }

  #holdFor(hold: { why: 'full' | 'login' } | { why: 'busy' | 'unreached' | 'offline'; seconds: number }): void {
    if (this.#hold?.why === 'paused') return;
    this.#hold = 'seconds' in hold ? { ...hold, until: this.#options.clock.now() + hold.seconds * 1000 } : hold;
  }

  /** Ends the attempt, if there is one. */
  #stop(entry: Entry, state: UploadState): void {
    const attempt = entry.attempt;
    entry.attempt = undefined;
    this.#active.delete(entry);
    update(entry, state);
    attempt?.abort();
  }

  #each(keys: Iterable<number>, state: UploadState, act: (entry: Entry) => void): void {
    this.#change(() => {
      for (const key of [...keys]) {
        const entry = this.#entries.get(key);
        if (entry?.item.state === state) act(entry);
      }
    });
  }

  #drop(isOver: (item: UploadItem) => boolean): void {
    for (const [key, entry] of this.#entries) if (isOver(entry.item)) this.#entries.delete(key);
  }

  /** Everything that changes the queue happens in here: afterwards it fills up, ticks, and tells. */
  #change<T>(act: () => T): T {
    this.#depth += 1;
    try {
      const result = act();
      if (this.#depth === 1) this.#fill();
      return result;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#publish();
    }
  }

  #fill(): void {
    while (this.#hold === undefined && this.#active.size < CONCURRENT) {
      const next = this.#entries.values().find(entry => entry.item.state === 'waiting');
      if (next === undefined) return;
      this.#send(next);
    }
  }

  #publish(): void {
    const now = this.#options.clock.now();
    if (this.#hold !== undefined && 'until' in this.#hold) {
      const seconds = Math.max(0, Math.ceil((this.#hold.until - now) / 1000));
      if (seconds !== this.#hold.seconds) this.#hold = { ...this.#hold, seconds };
    }
    for (const entry of this.#active) {
      const rate = entry.attempt?.meter.measure(now, entry.item.sentBytes) ?? 0;
      if (rate !== entry.item.rate) entry.item = { ...entry.item, rate };
    }
    const items = [...this.#entries.values()].map(entry => entry.item);
    if (this.#active.size === 0) this.#meter.reset();
    const rate = this.#meter.measure(now, this.#moved);
    const totals = totalsOf(items, rate);
    const canTell = this.#hold === undefined && rate > 0 && this.#meter.span >= SETTLED_MS;
    if (canTell) totals.secondsLeft = (totals.bytes - totals.sentBytes) / rate;
    this.#tick();
    this.store.set({ items, hold: this.#hold, totals });
  }

  #tick(): void {
    const needed = this.#active.size > 0 || (this.#hold !== undefined && 'until' in this.#hold);
    if (!needed || this.#ticking) return;
    this.#ticking = true;
    this.#options.clock.after(TICK_MS, () => {
      this.#ticking = false;
      this.#change(() => {
        const hold = this.#hold;
        if (hold !== undefined && 'until' in hold && hold.until <= this.#options.clock.now()) this.#hold = undefined;
      });
    });
  }
}

/** Still to be sent or answered. */
export function isOpen({ state }: UploadItem): boolean {
  return state === 'waiting' || state === 'sending' || state === 'measuring' || state === 'paused';
}

function totalsOf(items: readonly UploadItem[], rate: number): UploadTotals {
  const totals = { ...NO_TOTALS, rate };
  for (const item of items) {
    if (item.state === 'cancelled') continue;
    if (item.failure?.act === 'force') {
      totals.notSounds += 1;
      continue;
    }
    totals.files += 1;
    if (item.state === 'added') totals.added += 1;
    else if (item.state === 'duplicate') totals.duplicates += 1;
    else if (item.state === 'failed') totals.failed += 1;
    else totals.open += 1;
    if (item.state === 'failed') continue;
    totals.bytes += item.size;
    totals.sentBytes += item.sentBytes;
  }
  totals.done = totals.files - totals.open;
  return totals;
}

type Outcome = Pick<UploadItem, 'failure' | 'sound' | 'duplicateOf'>;

/** The state with what belongs to it, and nothing that belonged to another one. */
function update(entry: Entry, state: UploadState, outcome: Outcome = {}): void {
  const { key, name, path, kind, size, failure, duplicateOf } = entry.item;
  const over = state === 'added' || state === 'duplicate';
  // The way back from `cancelled` needs the words that were there.
  const kept = state === 'cancelled' || entry.item.state === 'cancelled' ? keep({ failure, duplicateOf }, state) : {};
  const sentBytes = over || state === 'measuring' ? size : 0;
  entry.item = { key, name, path, kind, size, state, sentBytes, rate: 0, ...kept, ...outcome };
}

function keep(
  { failure, duplicateOf }: { failure: UploadFailure | undefined; duplicateOf: string | undefined },
  state: UploadState,
): Outcome {
  return {
    ...(failure !== undefined && state !== 'waiting' ? { failure } : {}),
    ...(duplicateOf !== undefined && state !== 'waiting' ? { duplicateOf } : {}),
  };
}

/** The server's words, their beginning as what happened: `Not audio: it is a video.` */
function failureOf(status: number, problem: Record<string, unknown>): UploadFailure {
  const act = status === 413 || status === 415 ? 'choose' : 'retry';
  const detail = typeof problem['detail'] === 'string' ? problem['detail'] : '';
  if (detail === '') return { what: 'Failed.', why: `The server answered ${status} without words.`, act };
  const [, what, why] = /^(.{3,72}?)[.:;] (.+)$/su.exec(detail) ?? [];
  if (what === undefined || why === undefined) return { what: detail, why: '', act };
  return { what: `${what}.`, why: why.charAt(0).toUpperCase() + why.slice(1), act };
}

/** Bytes a second as a mean over a sliding window. */
class RateMeter {
  #samples: { at: number; total: number }[] = [];

  /** @param total bytes ever, never going down */
  measure(at: number, total: number): number {
    const samples = this.#samples;
    const last = samples.at(-1);
    if (last?.at === at) last.total = total;
    else samples.push({ at, total });
    // The sample just outside of the window stays: it is where the window begins.
    while (samples.length > 2 && samples[1]!.at <= at - RATE_WINDOW_MS) samples.shift();
    const first = samples[0]!;
    return at === first.at ? 0 : ((total - first.total) * 1000) / (at - first.at);
  }

  /** Milliseconds that the mean is over. */
  get span(): number {
    return (this.#samples.at(-1)?.at ?? 0) - (this.#samples[0]?.at ?? 0);
  }

  reset(): void {
    this.#samples = [];
  }
}
