/** Where decoders read from, and the ways they read. */
import { open } from 'node:fs/promises';
import { CHUNK_SIZE, type ByteSource, type FileSource } from './codec.ts';

/** Opens a file for decoding; the caller closes it. */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    path,
    size,
    async read(position, into) {
      let filled = 0;
      while (filled < into.length) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    close: () => handle.close(),
  };
}

/** A recording that is in memory already. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(position, into) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    close: () => Promise.resolve(),
  };
}

/** `length` bytes from `position`, fewer at the end of the source. */
export async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - position)));
  return bytes.subarray(0, await source.read(position, bytes));
}

/**
 * The bytes from `start` to `end` in chunks of {@link CHUNK_SIZE}. Each chunk is its own memory, for decoders keep parts of
 * what they are given. The next chunk is read while the last one is worked on.
 */
export async function* readChunks(
  source: ByteSource,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const read = (position: number) => {
    const chunk = readBytes(source, position, Math.min(CHUNK_SIZE, end - position));
    // Whoever stops early must not leave an unhandled rejection behind.
    chunk.catch(() => undefined);
    return chunk;
  };
  let position = start;
  let next = read(position);
  while (position < end) {
    signal?.throwIfAborted();
    const chunk = await next;
    if (chunk.length === 0) return;
    position += chunk.length;
    next = read(position);
    yield chunk;
  }
}

/** Four bytes as ASCII, for chunk and box names. */
export function fourCc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes of an ID3v2 tag at the beginning of `head`, footer included; 0 where there is none (ID3v2.4 §3.1). */
export function id3v2Length(head: Uint8Array): number {
  if (head.length < 10 || head[0] !== 0x49 || head[1] !== 0x44 || head[2] !== 0x33) return 0;
  const [a = 0, b = 0, c = 0, d = 0] = head.subarray(6, 10);
  if ((a | b | c | d) & 0x80) return 0;
  const footer = head[5]! & 0x10 ? 10 : 0;
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d) + footer;
}

/** Where the audio begins behind any ID3v2 tags, of which careless taggers stack several. */
export async function skipId3v2(source: ByteSource): Promise<number> {
  let start = 0;
  for (;;) {
    const length = id3v2Length(await readBytes(source, start, 10));
    if (length === 0) return start;
    start += length;
  }
}

/** Where the audio ends before ID3v1 (128 bytes, "TAG"), APEv2 and Lyrics3 tags; they may stand in any order. */
export async function withoutEndTags(source: ByteSource): Promise<number> {
  let end = source.size;
  for (let tags = 0; tags < 8; tags++) {
    const length = await endTagLength(source, end);
    if (length === 0 || length > end) return end;
    end -= length;
  }
  return end;
}

async function endTagLength(source: ByteSource, end: number): Promise<number> {
  const tail = await readBytes(source, Math.max(0, end - 128), Math.min(128, end));
  const text = (from: number, length: number) => String.fromCharCode(...tail.subarray(from, from + length));
  if (tail.length === 128 && text(0, 3) === 'TAG') return 128;
  if (tail.length >= 32 && text(tail.length - 32, 8) === 'APETAGEX') {
    const view = new DataView(tail.buffer, tail.byteOffset + tail.length - 32, 32);
    // The size covers items and footer; bit 31 of the flags tells of a header beside them.
    return view.getUint32(12, true) + (view.getUint32(20, true) & 0x80000000 ? 32 : 0);
  }
  const lyrics = /(\d{6})LYRICS200$/.exec(text(tail.length - 15, 15));
  return lyrics ? Number(lyrics[1]) + 15 : 0;
}

/** Both in new memory, or `b` itself where `a` is empty. */
export function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
