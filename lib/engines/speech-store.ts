/**
 * Speech that was spoken once and need not be spoken again, limited in size: the least recently used goes first.
 *
 * What is found is checked against its hash before it is given out; what is damaged is removed and spoken anew. Speech is a few
 * minutes at most and goes through memory whole, for no byte of it may go out before the last one is checked.
 *
 * Of two requests for one key at the same time one speaks. Of two servers on one folder both may, and either's file is the one.
 */
import { decodeInThread, encodeInThread, packInThread } from './speech-audio.ts';
import type { EncodedFormat, EncodedSpeech } from './speech-encoding.ts';
import type { Speech, WordMark } from './speech-engine.ts';
import { readSpeechNote, speechHash, type SpeechNote } from './speech-file.ts';
import type { SpeechEntry, SpeechFolder } from './speech-folder.ts';
import { SharedFlights } from './shared-flights.ts';

export interface KeptSpeech {
  /** FLAC, one channel; shared, so not to be changed. */
  file: Uint8Array<ArrayBuffer>;
  /** Of the file, as `speechHash` tells: what is spoken again under the same key is another recording. */
  hash: string;
  /** Samples. */
  frames: number;
  /** Hertz. */
  sampleRate: number;
  words: readonly WordMark[] | undefined;
  warnings: readonly string[];
  /** It was there, and nobody had to speak. */
  found: boolean;
  /** Decoded in a thread where need be; shared, so not to be changed. */
  samples(signal?: AbortSignal): Promise<Float32Array>;
  /** In another format, made in a thread each time. */
  encoded(as: EncodedFormat, signal?: AbortSignal): Promise<EncodedSpeech>;
}

export interface SpeechStoreOptions {
  folder: SpeechFolder;
  /** Bytes. */
  maxBytes: number;
  /** Told of what went wrong without failing a request: a full disk, for instance. */
  onProblem?: (what: string, error: unknown) => void;
}

export interface SpeechStoreStatus {
  entries: number;
  bytes: number;
  maxBytes: number;
  /** Of this process. */
  hits: number;
  misses: number;
  /** Written. */
  sets: number;
  /** Asked for and not spoken. */
  failures: number;
  evictions: number;
  /** Files that were not what they had been. */
  damaged: number;
}

interface Counted {
  entries: number;
  bytes: number;
  written: number;
}

/** What is over the limit is brought this far below it, so that not every new file brings a sweep. */
const SWEEP_TO = 0.9;
/** Written since the last count, of the limit, when the folder is counted again: other servers write to it, too. */
const COUNT_EVERY = 0.05;

export class SpeechStore {
  readonly #folder: SpeechFolder;
  readonly #maxBytes: number;
  readonly #onProblem: (what: string, error: unknown) => void;
  readonly #flights = new SharedFlights<KeptSpeech>();
  readonly #counts = { hits: 0, misses: 0, sets: 0, failures: 0, evictions: 0, damaged: 0 };
  /** As it was counted last, and what was written since. Undefined before the first time. */
  #counted: Counted | undefined;
  #sweeping: Promise<void> | undefined;

  constructor({ folder, maxBytes, onProblem = () => undefined }: SpeechStoreOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#onProblem = onProblem;
  }

  /**
   * What is kept under `key`, or what `speak` says, which is kept then. A disk that cannot be written to is a problem that is told of,
   * not a reason to be silent.
   *
   * @throws what `speak` throws; the signal's reason
   */
  async obtain(
    key: string,
    speak: (signal: AbortSignal) => Promise<Speech>,
    signal?: AbortSignal,
  ): Promise<KeptSpeech> {
    return this.#flights.join(
      key,
      async given => {
        const found = await this.find(key);
        if (found !== undefined) return found;
        this.#counts.misses += 1;
        return this.#keep(key, await this.#hear(speak, given));
      },
      signal,
    );
  }

  /** What is kept, whole and as it was written; undefined where there is nothing. */
  async find(key: string): Promise<KeptSpeech | undefined> {
    const file = await this.#folder.read(key);
    if (file === undefined) return undefined;
    const note = readNote(file);
    if (note === undefined) {
      this.#counts.damaged += 1;
      this.#onProblem('kept speech was damaged; it is spoken anew', undefined);
      await this.#folder.remove(key);
      return undefined;
    }
    this.#counts.hits += 1;
    return keptSpeech(file, note, undefined);
  }

  async status(): Promise<SpeechStoreStatus> {
    const { entries, bytes, written } = this.#counted ?? (await this.#count()).counted;
    return { entries, bytes: bytes + written, maxBytes: this.#maxBytes, ...this.#counts };
  }

  /** When no sweep is under way. */
  async settled(): Promise<void> {
    await this.#sweeping;
  }

  async #hear(speak: (signal: AbortSignal) => Promise<Speech>, signal: AbortSignal): Promise<Speech> {
    try {
      return await speak(signal);
    } catch (error) {
      if (!signal.aborted) this.#counts.failures += 1;
      throw error;
    }
  }

  async #keep(key: string, { samples, sampleRate, words, warnings }: Speech): Promise<KeptSpeech> {
    const packed = await packInThread({ samples, sampleRate }, { words: words ?? null, warnings });
    try {
      await this.#folder.write(key, packed.file);
      this.#counts.sets += 1;
      this.#wrote(packed.file.length);
    } catch (error) {
      this.#onProblem('speech could not be kept', error);
    }
    const note = { frames: samples.length, sample_rate: sampleRate, words: words ?? null, warnings };
    return keptSpeech(packed.file, note, packed.samples);
  }

  #wrote(bytes: number): void {
    if (this.#counted !== undefined) {
      this.#counted.entries += 1;
      this.#counted.written += bytes;
    }
    const { bytes: before, written } = this.#counted ?? { bytes: 0, written: Infinity };
    if (written < this.#maxBytes * COUNT_EVERY && before + written <= this.#maxBytes) return;
    this.#sweeping ??= this.#sweep()
      .catch((error: unknown) => this.#onProblem('kept speech could not be swept', error))
      .finally(() => (this.#sweeping = undefined));
  }

  /** Counts, and where that is too much, removes what was not used for longest. */
  async #sweep(): Promise<void> {
    const { counted, all } = await this.#count();
    if (counted.bytes <= this.#maxBytes) return;
    for (const { key, size } of all.sort((a, b) => a.usedAt - b.usedAt)) {
      if (counted.bytes <= this.#maxBytes * SWEEP_TO) break;
      await this.#folder.remove(key);
      counted.bytes -= size;
      counted.entries -= 1;
      this.#counts.evictions += 1;
    }
  }

  async #count(): Promise<{ counted: Counted; all: SpeechEntry[] }> {
    const all: SpeechEntry[] = [];
    for await (const entry of this.#folder.entries()) all.push(entry);
    const counted = { entries: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0), written: 0 };
    this.#counted = counted;
    return { counted, all };
  }
}

function readNote(file: Uint8Array): SpeechNote | undefined {
  try {
    return readSpeechNote(file);
  } catch {
    // Whole, and of another time.
    return undefined;
  }
}

function keptSpeech(
  file: Uint8Array<ArrayBuffer>,
  { frames, sample_rate: sampleRate, words, warnings }: SpeechNote,
  fresh: Float32Array | undefined,
): KeptSpeech {
  return {
    file,
    hash: speechHash(file)!,
    frames,
    sampleRate,
    words: words ?? undefined,
    warnings,
    found: fresh === undefined,
    samples: async signal => fresh ?? (await decodeInThread(file, { format: 'flac' }, signal)).samples,
    encoded: (as, signal) => encodeInThread(file, as, signal),
  };
}
