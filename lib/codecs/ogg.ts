/**
 * Ogg pages (RFC 3533). The decoders have parsers of their own that skip over damage in silence; this walker sees the same bytes
 * first and answers what they do not: is every page whole, in order and unharmed, and was the last one marked as such?
 */
import { damaged, unsupported } from './codecs.errors.ts';
import { fourCc, joinBytes, viewOf } from './source.ts';

const HEADER = 27;
const CONTINUED = 1;
const BEGIN = 2;
const END = 4;

export interface OggPage {
  serial: number;
  sequence: number;
  /** Position at the page's last finished packet, in the codec's unit; −1n where no packet ends on it. */
  granule: bigint;
  flags: number;
  /** Length of each segment of `body`; a packet ends with the first that is under 255. */
  lacing: Uint8Array;
  /** Bytes of header and body. */
  length: number;
  body: Uint8Array;
}

/** The page at `at`, `undefined` where there is none, `'short'` where the bytes end before it does. */
export function parseOggPage(bytes: Uint8Array, at: number): OggPage | undefined | 'short' {
  if (at + HEADER > bytes.length) return 'short';
  if (fourCc(bytes, at) !== 'OggS' || bytes[at + 4] !== 0) return undefined;
  const segments = bytes[at + 26]!;
  if (at + HEADER + segments > bytes.length) return 'short';
  let body = 0;
  for (let i = 0; i < segments; i++) body += bytes[at + HEADER + i]!;
  const length = HEADER + segments + body;
  if (at + length > bytes.length) return 'short';
  const view = viewOf(bytes);
  return {
    flags: bytes[at + 5]!,
    granule: view.getBigInt64(at + 6, true),
    serial: view.getUint32(at + 14, true),
    sequence: view.getUint32(at + 18, true),
    lacing: bytes.subarray(at + HEADER, at + HEADER + segments),
    length,
    body: bytes.subarray(at + HEADER + segments, at + length),
  };
}

/** Checks one logical stream as its bytes go by. */
export class OggWalker {
  /** Granule of the last page on which a packet ended. */
  lastGranule = -1n;
  /** The first page with a position past 0: where sound begins. */
  firstAudioPage: OggPage | undefined;
  /** The page that is marked as the last has passed. */
  ended = false;
  private pending: Uint8Array = new Uint8Array(0);
  private serial: number | undefined;
  private sequence = 0;

  /** Takes the next bytes; throws `audio.damaged` at the first page that is broken or missing. */
  push(chunk: Uint8Array): void {
    if (this.ended && this.pending.length >= 4) return;
    const bytes = joinBytes(this.pending, chunk);
    let at = 0;
    while (at < bytes.length && !this.ended) {
      const page = parseOggPage(bytes, at);
      if (page === undefined) throw damaged('its Ogg pages are broken');
      if (page === 'short') break;
      this.check(page, bytes.subarray(at, at + page.length));
      at += page.length;
    }
    this.pending = bytes.slice(at);
    if (this.ended && fourCc(this.pending, 0) === 'OggS') throw chained();
  }

  finish(): void {
    if (!this.ended) throw damaged('the file ends before its audio does');
  }

  private check(page: OggPage, bytes: Uint8Array): void {
    if (this.serial === undefined) {
      if (!(page.flags & BEGIN)) throw damaged('its beginning is missing');
      this.serial = page.serial;
      this.sequence = page.sequence;
    } else {
      if (page.serial !== this.serial) throw multiplexed();
      this.sequence = (this.sequence + 1) >>> 0;
      if (page.sequence !== this.sequence) throw damaged('pages of it are missing');
    }
    if (viewOf(bytes).getUint32(22, true) !== oggCrc(bytes)) throw damaged('a page of it has a wrong checksum');
    if (page.granule !== -1n) this.lastGranule = page.granule;
    if (page.granule > 0n) this.firstAudioPage ??= { ...page, body: page.body.slice(), lacing: page.lacing.slice() };
    if (page.flags & END) this.ended = true;
  }
}

function multiplexed() {
  return unsupported('The Ogg file holds more than one stream, such as video. Save the sound alone.');
}

function chained() {
  return unsupported('The Ogg file holds several recordings one after the other. Save each one alone.');
}

// CRC-32 with polynomial 0x04C11DB7, most significant bit first, no inversion (RFC 3533 §6, field 7); four tables so that the
// loop takes four bytes at a time.
const CRC = crcTables();

function crcTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    let value = i << 24;
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
    tables[i] = value;
  }
  for (let i = 256; i < 1024; i++) {
    const before = tables[i - 256]!;
    tables[i] = (before << 8) ^ tables[before >>> 24]!;
  }
  return tables;
}

/** Checksum of a page, its own checksum field (bytes 22…25) taken as zero. */
export function oggCrc(page: Uint8Array): number {
  let crc = updateCrc(0, page, 0, 22);
  crc = updateCrc(crc, new Uint8Array(4), 0, 4);
  return updateCrc(crc, page, 26, page.length) >>> 0;
}

function updateCrc(crc: number, bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word = crc ^ ((bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!);
    crc =
      CRC[768 + (word >>> 24)]! ^
      CRC[512 + ((word >>> 16) & 255)]! ^
      CRC[256 + ((word >>> 8) & 255)]! ^
      CRC[word & 255]!;
  }
  for (; i < to; i++) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ bytes[i]!]!;
  return crc;
}

/** The packets that begin and end on the page. */
export function wholePackets({ lacing, body, flags }: OggPage): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let from = 0;
  let at = 0;
  let continued = (flags & CONTINUED) !== 0;
  for (const segment of lacing) {
    at += segment;
    if (segment === 255) continue;
    if (!continued) packets.push(body.subarray(from, at));
    continued = false;
    from = at;
  }
  return packets;
}

/** Builds a page; for what writes Ogg. `lacing` are the segment lengths of the packets in `body`. */
export function buildOggPage(
  page: Omit<OggPage, 'length' | 'flags' | 'lacing'> & {
    lacing: readonly number[];
    begin?: boolean;
    end?: boolean;
    continued?: boolean;
  },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER + page.lacing.length + page.body.length);
  const view = viewOf(bytes);
  bytes.set([0x4f, 0x67, 0x67, 0x53]);
  bytes[5] = (page.continued ? CONTINUED : 0) | (page.begin ? BEGIN : 0) | (page.end ? END : 0);
  view.setBigInt64(6, page.granule, true);
  view.setUint32(14, page.serial, true);
  view.setUint32(18, page.sequence, true);
  bytes[26] = page.lacing.length;
  bytes.set(page.lacing, HEADER);
  bytes.set(page.body, HEADER + page.lacing.length);
  view.setUint32(22, oggCrc(bytes), true);
  return bytes;
}

/** Channel order of Vorbis I §4.3.9, which Opus shares, as indices that give WAVE order: L C R Ls Rs LFE → L R C LFE Ls Rs. */
export function toWaveOrder<T>(channels: readonly T[]): readonly T[] {
  const orders: Record<number, number[]> = {
    3: [0, 2, 1],
    5: [0, 2, 1, 3, 4],
    6: [0, 2, 1, 5, 3, 4],
    7: [0, 2, 1, 6, 5, 3, 4],
    8: [0, 2, 1, 7, 5, 6, 3, 4],
  };
  return orders[channels.length]?.map(index => channels[index]!) ?? channels;
}
