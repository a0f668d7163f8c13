/**
 * Recordings that were decoded and resampled once and need not be again, shared by all renders and limited in size: the least recently
 * used goes first, and never one that is held.
 *
 * What is found is read once through its checksum before it is given out, and what is damaged is made anew. Of two requests for one
 * recording at the same time one makes it. Of two servers on one folder both may, and either's file is the one; what the other one
 * holds they do not know, but what is in use was used lately, and goes last.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SharedFlights } from '#lib/engines/shared-flights.ts';
import type { PcmFile } from './file-pcm-source.ts';
import { pcmFileSize, type PcmFacts } from './pcm-file.ts';
import type { PcmEntry, PcmFolder } from './pcm-folder.ts';
import { checkInThread, makeInThread, type PcmOriginal, type PcmShape } from './pcm-making.ts';

/** Which recording, and what of it. */
export interface PcmRecipe extends PcmShape {
  /** Of the recording's bytes, or whatever else is another one where those are: the key of speech. */
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

interface Found extends PcmFacts {
  found: boolean;
}

export class PcmStore {
  readonly #folder: PcmFolder;
  readonly #maxBytes: number;
  readonly #onProblem: (what: string, error: unknown) => void;
  readonly #flights = new SharedFlights<Found>();
  readonly #checked = new LRUCache<string, PcmFacts>({ max: MAX_CHECKED });
  /** By key, how many hold it. */
  readonly #held = new Map<string, number>();
  readonly #counts = { hits: 0, misses: 0, evictions: 0, damaged: 0 };
  /** As it was counted last, and what was written since. Undefined before the first time. */
  #counted: { entries: number; bytes: number; written: number } | undefined;
  #sweeping: Promise<void> | undefined;

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
    const release = this.#hold(key);
    try {
      const find = async (given: AbortSignal) => (await this.#find(key, given)) ?? this.#make(key, recipe, open, given);
      const found = await this.#flights.join(key, find, signal);
      return { path: this.#folder.path(key), ...found, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async status(): Promise<PcmStoreStatus> {
    if (this.#counted === undefined) await this.#count();
    const { entries, bytes, written } = this.#counted!;
    return { entries, bytes: bytes + written, maxBytes: this.#maxBytes, ...this.#counts };
  }

  /** When no sweep is under way. */
  async settled(): Promise<void> {
    await this.#sweeping;
  }

  #hold(key: string): () => void {
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const others = this.#held.get(key)! - 1;
      if (others > 0) this.#held.set(key, others);
      else this.#held.delete(key);
    };
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
      const facts = await this.#folder.place(key, draft => makeInThread(original, { rate, trim }, draft, signal));
      this.#checked.set(key, facts);
      this.#wrote(pcmFileSize(facts));
      return { ...facts, found: false };
    } finally {
      await close?.();
    }
  }

  #wrote(bytes: number): void {
    if (this.#counted !== undefined) {
      this.#counted.entries += 1;
      this.#counted.written += bytes;
    }
    const { bytes: before, written } = this.#counted ?? { bytes: 0, written: Infinity };
    // What is held may be more than the limit: then a sweep after each file would find nothing again and again.
    const isOver = before <= this.#maxBytes && before + written > this.#maxBytes;
    if (written < this.#maxBytes * COUNT_EVERY && !isOver) return;
    this.#sweeping ??= this.#sweep()
      .catch((error: unknown) => this.#onProblem('kept recordings could not be swept', error))
      .finally(() => (this.#sweeping = undefined));
  }

  /** Counts, and where that is too much, removes what was not used for longest. */
  async #sweep(): Promise<void> {
    const all = await this.#count();
    const counted = this.#counted!;
    if (counted.bytes <= this.#maxBytes) return;
    for (const { key, size } of all.sort((a, b) => a.usedAt - b.usedAt)) {
      if (counted.bytes <= this.#maxBytes * SWEEP_TO) break;
      if (this.#held.has(key)) continue;
      await this.#folder.remove(key);
      this.#checked.delete(key);
      counted.bytes -= size;
      counted.entries -= 1;
      this.#counts.evictions += 1;
    }
  }

  async #count(): Promise<PcmEntry[]> {
    const all: PcmEntry[] = [];
    for await (const entry of this.#folder.entries()) all.push(entry);
    this.#counted = { entries: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0), written: 0 };
    return all;
  }
}

function keyOf({ hash, rate, trim }: PcmRecipe): string {
  const content = JSON.stringify([REVISION, hash, rate, trim?.from ?? null, trim?.to ?? null]);
  return createHash('sha256').update(content).digest('hex');
}
