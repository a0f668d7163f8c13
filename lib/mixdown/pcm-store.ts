/**
 * Recordings that were decoded and resampled once and need not be again, shared by all renders and limited in size: the least recently
 * used goes first, and never one that is held.
 *
 * What is found is read once through its checksum before it is given out, and what is damaged is made anew. Of two requests for one
 * recording at the same time one makes it. Of two servers on one folder both may, and either's file is the one. What the other one
 * holds they do not know and may remove; it has its own name for it, and only does not find it the next time.
 */
import { isAppError } from '#lib/base/errors.ts';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SharedFlights } from '#lib/engines/shared-flights.ts';
import type { PcmFile } from './file-pcm-source.ts';
import { pcmFileSize, type PcmFacts } from './pcm-file.ts';
import type { PcmEntry, PcmFolder } from './pcm-folder.ts';
import { checkInThread, makeInThread, type PcmOriginal, type PcmShape } from './pcm-making.ts';

/** Which recording, and what of it. */
export interface PcmRecipe extends PcmShape {
  /** Of the recording's bytes, or whatever else is another one where those are. */
  hash: string;
}

/** A file for {@link import('./file-pcm-source.ts').FilePcmSource}, which stays where it is until it is released. */
export interface KeptPcm extends PcmFile {
  /** It was there, and nothing had to be decoded. */
  found: boolean;
  /** Once; more often is harmless. */
  release(): void;
}

/** Called only where it has to be made. `close` is called when its bytes are not needed any more. */
export type OpenOriginal = (
  signal: AbortSignal,
) => Promise<PcmOriginal & { close?: (() => Promise<void>) | undefined }>;

export interface PcmStoreOptions {
  folder: PcmFolder;
  /** Bytes. */
  maxBytes: number;
  /** Told of what went wrong without failing a request. */
  onProblem?: (what: string, error: unknown) => void;
}

export interface PcmStoreStatus {
  entries: number;
  bytes: number;
  maxBytes: number;
  /** Of this process. */
  hits: number;
  misses: number;
  evictions: number;
  /** Files that were not what they had been. */
  damaged: number;
}

/** Part of every key: another one where the same recording comes to other samples. */
const REVISION = 1;
/** What is over the limit is brought this far below it, so that not every new file brings a sweep. */
const SWEEP_TO = 0.9;
/** Written since the last count, of the limit, when the folder is counted again: other servers write to it, too. */
const COUNT_EVERY = 0.05;
/** Files whose checksum was right when this process looked. */
const MAX_CHECKED = 100_000;
/** Other servers may remove a file between the moments in which it is found and held. */
const MAX_ATTEMPTS = 5;
/** Of what nobody holds, how much is given up where the disk is full, the first and the second time. */
const GIVEN_UP = [0.5, 1];

interface Found extends PcmFacts {
  found: boolean;
}

export class PcmStore {
  readonly #folder: PcmFolder;
  readonly #maxBytes: number;
  readonly #onProblem: (what: string, error: unknown) => void;
  readonly #flights = new SharedFlights<Found>();
  readonly #checked = new LRUCache<string, PcmFacts>({ max: MAX_CHECKED });
  /** By key, how many hold it or are about to, and its bytes as far as they are known. */
  readonly #held = new Map<string, { holders: number; bytes: number }>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #counts = { hits: 0, misses: 0, evictions: 0, damaged: 0 };
  /** As it was counted last, and what was written since. Undefined before the first time. */
  #counted: { entries: number; bytes: number; written: number } | undefined;
  /** The last of those that count and remove, one after the other. */
  #turns: Promise<unknown> = Promise.resolve();
  #sweepIsDue = false;

  constructor({ folder, maxBytes, onProblem = () => undefined }: PcmStoreOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#onProblem = onProblem;
  }

  /**
   * The recording, ready to be mixed.
   *
   * @throws what `open` throws; AppError as decoders do, `storage.full`; the signal's reason
   */
  async obtain(recipe: PcmRecipe, open: OpenOriginal, signal?: AbortSignal): Promise<KeptPcm> {
    const key = keyOf(recipe);
    // Before it is looked for: a sweep must not take it in between.
    const held = this.#hold(key);
    try {
      const find = async (given: AbortSignal) => (await this.#find(key, given)) ?? this.#make(key, recipe, open, given);
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const found = await this.#flights.join(key, find, signal);
        const own = await this.#folder.hold(key);
        if (own === undefined) continue;
        held.bytes = pcmFileSize(found);
        return { ...found, path: own.path, release: once(() => this.#letGo(key, own.letGo)) };
      }
      throw new Error(`a kept recording was gone ${MAX_ATTEMPTS} times before it could be read`);
    } catch (error) {
      this.#letGo(key);
      throw error;
    }
  }

  /**
   * Bytes that the disk has for these recordings beside what is free: what can be removed for them, and what of them is there.
   *
   * @param recipes of everything that is kept, where undefined
   */
  async spare(recipes?: readonly PcmRecipe[]): Promise<number> {
    const { bytes } = await this.status();
    if (recipes === undefined) return bytes;
    const own = new Set(recipes.map(keyOf));
    const others = [...this.#held].reduce((sum, [key, held]) => sum + (own.has(key) ? 0 : held.bytes), 0);
    return Math.max(0, bytes - others);
  }

  /** Removes what was not used for longest and is not held, so many bytes of it or all. @returns how many bytes it was */
  async free(bytes: number): Promise<number> {
    return this.#inTurn(async () => this.#evict(await this.#count(), bytes));
  }

  async status(): Promise<PcmStoreStatus> {
    if (this.#counted === undefined) await this.#count();
    const { entries, bytes, written } = this.#counted!;
    return { entries, bytes: bytes + written, maxBytes: this.#maxBytes, ...this.#counts };
  }

  /** When no sweep is under way, and everything that was released is let go. */
  async settled(): Promise<void> {
    for (let seen; seen !== this.#turns || this.#leaving.size > 0;) {
      seen = this.#turns;
      await Promise.all([seen, ...this.#leaving]);
    }
  }

  #hold(key: string): { bytes: number } {
    const held = this.#held.get(key) ?? { holders: 0, bytes: 0 };
    held.holders += 1;
    this.#held.set(key, held);
    return held;
  }

  #letGo(key: string, close: () => Promise<void> = () => Promise.resolve()): void {
    const held = this.#held.get(key)!;
    held.holders -= 1;
    if (held.holders === 0) this.#held.delete(key);
    const leaving = close()
      .catch((error: unknown) => this.#onProblem('the name of a kept recording could not be removed', error))
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    // What was over the limit because it was held need not be any more.
    if (held.holders === 0 && this.#isOver()) this.#sweepSoon();
  }

  async #find(key: string, signal: AbortSignal): Promise<Found | undefined> {
    const size = await this.#folder.use(key);
    if (size === undefined) return undefined;
    let facts = this.#checked.get(key);
    if (facts === undefined || size !== pcmFileSize(facts)) facts = await checkInThread(this.#folder.path(key), signal);
    if (facts === undefined) {
      this.#counts.damaged += 1;
      this.#onProblem('a kept recording was damaged; it is decoded anew', undefined);
      await this.#folder.remove(key);
      return undefined;
    }
    this.#counts.hits += 1;
    this.#checked.set(key, facts);
    return { ...facts, found: true };
  }

  async #make(key: string, { rate, trim }: PcmRecipe, open: OpenOriginal, signal: AbortSignal): Promise<Found> {
    this.#counts.misses += 1;
    const { close, ...original } = await open(signal);
    try {
      const facts = await this.#place(key, draft => makeInThread(original, { rate, trim }, draft, signal));
      this.#checked.set(key, facts);
      this.#wrote(pcmFileSize(facts));
      return { ...facts, found: false };
    } finally {
      await close?.();
    }
  }

  /** Where the disk is full, what nobody holds makes room. */
  async #place<T>(key: string, write: (draft: string) => Promise<T>): Promise<T> {
    for (const share of GIVEN_UP) {
      try {
        return await this.#folder.place(key, write);
      } catch (error) {
        if (!isAppError(error) || error.code !== 'storage.full' || (await this.#giveUp(share)) === 0) throw error;
      }
    }
    return this.#folder.place(key, write);
  }

  #giveUp(share: number): Promise<number> {
    return this.#inTurn(async () => {
      const all = await this.#count();
      const unheld = all.reduce((sum, { key, size }) => sum + (this.#held.has(key) ? 0 : size), 0);
      return this.#evict(all, share * unheld);
    });
  }

  #wrote(bytes: number): void {
    if (this.#counted !== undefined) {
      this.#counted.entries += 1;
      this.#counted.written += bytes;
    }
    const { bytes: before, written } = this.#counted ?? { bytes: 0, written: Infinity };
    // What is held may be more than the limit: then a sweep after each file would find nothing again and again.
    const isOver = before <= this.#maxBytes && before + written > this.#maxBytes;
    if (written >= this.#maxBytes * COUNT_EVERY || isOver) this.#sweepSoon();
  }

  #isOver(): boolean {
    return this.#counted !== undefined && this.#counted.bytes + this.#counted.written > this.#maxBytes;
  }

  #sweepSoon(): void {
    if (this.#sweepIsDue) return;
    this.#sweepIsDue = true;
    this.#inTurn(async () => {
      this.#sweepIsDue = false;
      const all = await this.#count();
      if (this.#isOver()) await this.#evict(all, this.#counted!.bytes - this.#maxBytes * SWEEP_TO);
    }).catch((error: unknown) => this.#onProblem('kept recordings could not be swept', error));
  }

  /** What was not used for longest first, and nothing that is held. @returns how many bytes it was */
  async #evict(all: PcmEntry[], bytes: number): Promise<number> {
    const counted = this.#counted!;
    let evicted = 0;
    for (const { key, size } of all.sort((a, b) => a.usedAt - b.usedAt)) {
      if (evicted >= bytes) break;
      if (this.#held.has(key)) continue;
      await this.#folder.remove(key);
      this.#checked.delete(key);
      evicted += size;
      counted.bytes -= size;
      counted.entries -= 1;
      this.#counts.evictions += 1;
    }
    return evicted;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turns.then(work);
    this.#turns = done.catch(() => undefined);
    return done;
  }

  async #count(): Promise<PcmEntry[]> {
    const all: PcmEntry[] = [];
    for await (const entry of this.#folder.entries()) all.push(entry);
    this.#counted = { entries: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0), written: 0 };
    return all;
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

function keyOf({ hash, rate, trim }: PcmRecipe): string {
  const content = JSON.stringify([REVISION, hash, rate, trim?.from ?? null, trim?.to ?? null]);
  return createHash('sha256').update(content).digest('hex');
}
