import { closeSync, openSync, readSync } from 'node:fs';
import type { PcmSource } from '#lib/mixer/pcm-source.ts';
import { PCM_HEADER_BYTES, type PcmFacts } from './pcm-file.ts';

/** A kept recording: where it is, and what its header says. */
export interface PcmFile extends PcmFacts {
  path: string;
}

/** Frames read at once, at least: a mixer goes on where it was, a few thousand frames at a time. */
const READ_AHEAD = 16_384;

/** Reads a file of `pcm-file.ts` through a small window. */
export class FilePcmSource implements PcmSource {
  readonly channels: 1 | 2;
  readonly frames: number;
  readonly #path: string;
  readonly #descriptor: number;
  /** Interleaved; the frames from `#first` on, `#count` of them. */
  #window: Float32Array<ArrayBuffer>;
  #first = 0;
  #count = 0;

  /**
   * @param window is its memory until it is closed
   * @throws errors of the file system
   */
  constructor({ path, channels, frames }: PcmFile, window = newWindow()) {
    this.channels = channels;
    this.frames = frames;
    this.#path = path;
    this.#window = window;
    this.#descriptor = openSync(path, 'r');
  }

  /** @throws Error where the file is not what it was */
  read(position: number, into: readonly Float32Array[]): void {
    const length = into[0]!.length;
    const start = Math.min(length, Math.max(0, -position));
    const end = Math.max(start, Math.min(length, this.frames - position));
    for (const channel of into) {
      channel.fill(0, 0, start);
      channel.fill(0, end);
    }
    if (end === start) return;
    const samples = this.#samples(position + start, end - start);
    if (this.channels === 1) {
      into[0]!.set(samples, start);
      return;
    }
    const [left, right] = [into[0]!, into[1]!];
    for (let i = start, at = 0; i < end; i++) {
      left[i] = samples[at++]!;
      right[i] = samples[at++]!;
    }
  }

  /** @returns its window, which somebody else may have now */
  close(): Float32Array<ArrayBuffer> {
    closeSync(this.#descriptor);
    return this.#window;
  }

  /** Interleaved, all of them within the recording. */
  #samples(position: number, count: number): Float32Array {
    if (position < this.#first || position + count > this.#first + this.#count) this.#fill(position, count);
    const at = (position - this.#first) * this.channels;
    return this.#window.subarray(at, at + count * this.channels);
  }

  #fill(position: number, count: number): void {
    const wanted = Math.min(Math.max(count, READ_AHEAD), this.frames - position);
    if (this.#window.length < wanted * this.channels) this.#window = new Float32Array(wanted * this.channels);
    const bytes = new Uint8Array(this.#window.buffer, 0, wanted * this.channels * this.#window.BYTES_PER_ELEMENT);
    const at = PCM_HEADER_BYTES + position * this.channels * this.#window.BYTES_PER_ELEMENT;
    this.#count = 0;
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, at + done);
      if (read === 0) throw new Error(`${this.#path} is shorter than it was`);
      done += read;
    }
    this.#first = position;
    this.#count = wanted;
  }
}

/** Descriptors and windows held at once: more clips seldom sound together, and where they do they are opened again and again. */
const MAX_OPEN = 16;

function newWindow(): Float32Array<ArrayBuffer> {
  return new Float32Array(READ_AHEAD * 2);
}

interface OpenSource {
  readonly file: FilePcmSource;
  /** Of all uses, the number of its last one. */
  used: number;
}

/**
 * The sources of a book, each opened when it is first heard and closed when others have been heard for long. Windows go from one to the
 * next: fresh ones would be garbage outside of V8's heap, which is in no hurry to collect it.
 */
export class OpenSources {
  #files: Readonly<Record<string, PcmFile>>;
  /** In no order: a map that is put in order at each use is copied again and again, and that garbage grows old. */
  readonly #open = new Map<string, OpenSource>();
  readonly #windows: Float32Array<ArrayBuffer>[] = [];
  #uses = 0;

  constructor(files: Readonly<Record<string, PcmFile>> = {}) {
    this.#files = files;
  }

  /** From here on these are the files. A name that is among them and was before means the same file. */
  take(files: Readonly<Record<string, PcmFile>>): void {
    this.#files = files;
  }

  /** @throws Error for a name that is not among the files */
  get(name: string): FilePcmSource {
    const source = this.#open.get(name) ?? this.#openSource(name);
    source.used = ++this.#uses;
    return source.file;
  }

  close(): void {
    for (const name of [...this.#open.keys()]) this.#close(name);
  }

  #openSource(name: string): OpenSource {
    const file = Object.hasOwn(this.#files, name) ? this.#files[name] : undefined;
    if (file === undefined) throw new Error(`no file for the source ${JSON.stringify(name)} of the timeline`);
    if (this.#open.size >= MAX_OPEN) this.#close(this.#leastRecentlyUsed());
    const source = { file: new FilePcmSource(file, this.#windows.pop()), used: 0 };
    this.#open.set(name, source);
    return source;
  }

  #leastRecentlyUsed(): string {
    const open = [...this.#open];
    return open.reduce((oldest, one) => (one[1].used < oldest[1].used ? one : oldest))[0];
  }

  #close(name: string): void {
    this.#windows.push(this.#open.get(name)!.file.close());
    this.#open.delete(name);
  }
}
