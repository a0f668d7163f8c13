/**
 * A recording as the mixer reads it, in a file: a header, then 32-bit floats in the machine's order, interleaved. It is made once and
 * can be made again, so it is not synced; its checksum tells what a power cut or a bad disk has left of it.
 *
 * | byte | what                                                     |
 * | ---- | -------------------------------------------------------- |
 * | 0    | `T2Mpcm1` and a byte that tells the order of the machine |
 * | 8    | channels, 32 bits                                        |
 * | 12   | CRC-32 of the samples, 32 bits                           |
 * | 16   | frames, 64-bit float                                     |
 * | 24   | CRC-32 of these 24 bytes, 32 bits, and 4 unused          |
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import { writeAllSync } from '#lib/storage/durable-file.ts';

export interface PcmFacts {
  channels: 1 | 2;
  frames: number;
}

/** Where the samples begin. */
export const PCM_HEADER_BYTES = 32;
const SAMPLE_BYTES = Float32Array.BYTES_PER_ELEMENT;
const MARK = 'T2Mpcm1';
/** Read at once by {@link checkPcmFile}. */
const CHECK_BYTES = 1024 * 1024;
/** Gathered before they are written. */
const WRITE_SAMPLES = 64 * 1024;

export function pcmFileSize({ channels, frames }: PcmFacts): number {
  return PCM_HEADER_BYTES + frames * channels * SAMPLE_BYTES;
}

/** Writes such a file block by block; nobody else has it before `finish`. */
export class PcmFileWriter {
  readonly #channels: 1 | 2;
  readonly #descriptor: number;
  readonly #gathered = new Float32Array(WRITE_SAMPLES);
  #used = 0;
  #samples = 0;
  #checksum = 0;

  /** @param file must not be there yet */
  constructor(file: string, channels: 1 | 2) {
    this.#channels = channels;
    this.#descriptor = openSync(file, 'wx', 0o600);
  }

  /** @throws AppError `storage.full` */
  write(block: PlanarBlock): void {
    const frames = block[0]!.length;
    for (let i = 0; i < frames; i++) {
      for (const channel of block) this.#gathered[this.#used++] = channel[i]!;
      if (this.#used === WRITE_SAMPLES) this.#flush();
    }
  }

  /** @throws AppError `storage.full` */
  finish(): PcmFacts {
    this.#flush();
    const facts = { channels: this.#channels, frames: this.#samples / this.#channels };
    writeAllSync(this.#descriptor, header(facts, this.#checksum), 0);
    return facts;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#gathered.buffer, 0, this.#used * SAMPLE_BYTES);
    writeAllSync(this.#descriptor, bytes, PCM_HEADER_BYTES + this.#samples * SAMPLE_BYTES);
    this.#checksum = crc32(bytes, this.#checksum);
    this.#samples += this.#used;
    this.#used = 0;
  }
}

/** Reads all of a file; undefined where it is not there, cut short or damaged. */
export function checkPcmFile(file: string): PcmFacts | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(CHECK_BYTES);
    const head = bytes.subarray(0, readSync(descriptor, bytes, 0, PCM_HEADER_BYTES, 0));
    const promised = readHeader(head);
    if (promised === undefined || fstatSync(descriptor).size !== pcmFileSize(promised.facts)) return undefined;
    let checksum = 0;
    for (let at = PCM_HEADER_BYTES; ;) {
      const read = readSync(descriptor, bytes, 0, CHECK_BYTES, at);
      if (read === 0) return checksum === promised.checksum ? promised.facts : undefined;
      checksum = crc32(bytes.subarray(0, read), checksum);
      at += read;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** In the machine's order, as the samples are: elsewhere the mark is not the same. */
function header({ channels, frames }: PcmFacts, checksum: number): Uint8Array {
  const bytes = new Uint8Array(PCM_HEADER_BYTES);
  bytes.set(mark());
  new Uint32Array(bytes.buffer).set([channels, checksum], 2);
  new Float64Array(bytes.buffer).set([frames], 2);
  new Uint32Array(bytes.buffer)[6] = crc32(bytes.subarray(0, 24));
  return bytes;
}

function readHeader(head: Uint8Array): { facts: PcmFacts; checksum: number } | undefined {
  if (head.length < PCM_HEADER_BYTES) return undefined;
  const bytes = head.slice().buffer;
  const words = new Uint32Array(bytes);
  if (words[6] !== crc32(head.subarray(0, 24)) || !mark().every((byte, i) => byte === head[i])) return undefined;
  const channels = words[2] === 1 ? 1 : 2;
  return { facts: { channels, frames: new Float64Array(bytes)[2]! }, checksum: words[3]! };
}

function mark(): Uint8Array {
  const order = new Uint8Array(Uint16Array.of(1).buffer)[0]!;
  return Uint8Array.of(...Buffer.from(MARK, 'latin1'), order);
}
