/** Packets of one logical stream into the pages of an Ogg file (RFC 3533). */
import { buildOggPage } from './ogg.ts';

const MAX_SEGMENTS = 255;
const SEGMENT = 255;

export interface OggMuxerOptions {
  /** Any number of 32 bits will do where a file holds one stream; the same one gives the same bytes. */
  serial: number;
  /** The codec's header packets: the first on a page of its own, which names the codec, the others behind it (RFC 3533, 4). */
  headers: readonly Uint8Array[];
  /** Of positions, that a page holds at most; where the next packet would go beyond, a new one begins. */
  pageLength: number;
}

/** A packet that waits for its page to be full. */
interface Waiting {
  data: Uint8Array;
  granule: bigint;
}

/** Give it every packet in order, and write what it gives back. The last packet waits for `finish`, whose page is marked as the last. */
export class OggMuxer {
  readonly #serial: number;
  readonly #pageLength: bigint;
  #sequence = 0;
  #waiting: Waiting[] = [];
  #segments = 0;
  /** Position at the end of the page before. */
  #position = 0n;
  /** Pages of the headers, which go out first. */
  #ready: Uint8Array[] = [];

  constructor({ serial, headers, pageLength }: OggMuxerOptions) {
    this.#serial = serial;
    this.#pageLength = BigInt(pageLength);
    // Audio begins on a fresh page, so each header may have its own.
    for (const header of headers) this.#write([{ data: header, granule: 0n }], false);
  }

  /** Takes the next packet. @param granule the codec's position at its end */
  push(data: Uint8Array, granule: bigint): Uint8Array<ArrayBuffer> {
    const segments = lacingOf(data).length;
    const isFull = this.#segments + segments > MAX_SEGMENTS || granule - this.#position > this.#pageLength;
    if (this.#waiting.length > 0 && isFull) this.#flush(false);
    this.#waiting.push({ data, granule });
    this.#segments += segments;
    return this.#take();
  }

  /** The last pages. Without a packet there is none to be marked, and an empty one is. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#flush(true);
    return this.#take();
  }

  #flush(end: boolean): void {
    this.#write(this.#waiting, end);
    this.#position = this.#waiting.at(-1)?.granule ?? this.#position;
    this.#waiting = [];
    this.#segments = 0;
  }

  /** On one page; where a single packet has more segments than that, on as many as it takes. */
  #write(packets: readonly Waiting[], end: boolean): void {
    const body = joined(packets.map(({ data }) => data));
    const lacing = packets.flatMap(({ data }) => lacingOf(data));
    const pages = Math.max(1, Math.ceil(lacing.length / MAX_SEGMENTS));
    for (let page = 0, at = 0; page < pages; page++) {
      const isLast = page === pages - 1;
      const part = lacing.slice(page * MAX_SEGMENTS, (page + 1) * MAX_SEGMENTS);
      const length = part.reduce((sum, segment) => sum + segment, 0);
      this.#ready.push(
        buildOggPage({
          body: body.subarray(at, at + length),
          lacing: part,
          // −1 says that no packet ends on the page (RFC 3533, 6).
          granule: isLast ? (packets.at(-1)?.granule ?? this.#position) : -1n,
          serial: this.#serial,
          sequence: this.#sequence,
          begin: this.#sequence === 0,
          end: end && isLast,
          continued: page > 0,
        }),
      );
      this.#sequence += 1;
      at += length;
    }
  }

  #take(): Uint8Array<ArrayBuffer> {
    const bytes = joined(this.#ready);
    this.#ready = [];
    return bytes;
  }
}

/** A packet is laced into segments of 255 bytes and ends with one that is shorter, perhaps empty (RFC 3533, 5). */
function lacingOf({ length }: Uint8Array): number[] {
  return [...Array.from({ length: Math.floor(length / SEGMENT) }, () => SEGMENT), length % SEGMENT];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
