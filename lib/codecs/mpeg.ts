/** MPEG audio frame headers (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3) and the Xing/Info frame that many encoders put first. */

export interface MpegHeader {
  /** 1, 2 or 2.5. */
  version: number;
  layer: number;
  /** Hz. */
  sampleRate: number;
  channels: number;
  /** Bits a second. */
  bitrate: number;
  /** Bytes of the whole frame. */
  length: number;
  /** Samples per channel in a frame. */
  frames: number;
}

const RATES = [44_100, 48_000, 32_000];
const KBITS_V1: readonly (readonly number[])[] = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const KBITS_V2: readonly (readonly number[])[] = [
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/** The header at `at`, or undefined where there is none. The free format (bit rate 0) has no length and is not taken. */
export function parseMpegHeader(bytes: Uint8Array, at: number): MpegHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const b1 = bytes[at + 1]!;
  const b2 = bytes[at + 2]!;
  const b3 = bytes[at + 3]!;
  const versionBits = (b1 >> 3) & 3;
  const layerBits = (b1 >> 1) & 3;
  const rateIndex = (b2 >> 2) & 3;
  const bitrateIndex = b2 >> 4;
  if (versionBits === 1 || layerBits === 0 || rateIndex === 3) return undefined;
  if (bitrateIndex === 0 || bitrateIndex === 15 || (b3 & 3) === 2) return undefined;
  const version = versionBits === 3 ? 1 : versionBits === 2 ? 2 : 2.5;
  const layer = 4 - layerBits;
  const sampleRate = RATES[rateIndex]! / (version === 1 ? 1 : version === 2 ? 2 : 4);
  const bitrate = 1000 * (version === 1 ? KBITS_V1 : KBITS_V2)[layer - 1]![bitrateIndex - 1]!;
  const padding = (b2 >> 1) & 1;
  const frames = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const length =
    layer === 1
      ? (Math.floor((12 * bitrate) / sampleRate) + padding) * 4
      : Math.floor(((frames / 8) * bitrate) / sampleRate) + padding;
  return { version, layer, sampleRate, channels: b3 >> 6 === 3 ? 1 : 2, bitrate, length, frames };
}

/** Whether two frames can be neighbours in one stream. */
export function sameStream(a: MpegHeader, b: MpegHeader): boolean {
  return a.version === b.version && a.layer === b.layer && a.sampleRate === b.sampleRate;
}

/** What a first frame without sound says about the stream (Xing, Info or VBRI). */
export interface MpegSummary {
  /** Audio frames that follow, if it says so. */
  frames: number | undefined;
}

/** Reads the summary out of a frame, or returns undefined for a frame that holds sound. */
export function parseMpegSummary(frame: Uint8Array, header: MpegHeader): MpegSummary | undefined {
  const mono = header.channels === 1;
  const side = header.version === 1 ? (mono ? 17 : 32) : mono ? 9 : 17;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const named = (at: number, ...names: string[]) =>
    at + 4 <= frame.length && names.includes(String.fromCharCode(...frame.subarray(at, at + 4)));
  // A checksum of two bytes may stand between header and side information.
  for (const at of [4 + side, 6 + side]) {
    if (!named(at, 'Xing', 'Info') || at + 12 > frame.length) continue;
    const hasFrames = (view.getUint32(at + 4) & 1) === 1;
    return { frames: hasFrames ? view.getUint32(at + 8) : undefined };
  }
  // VBRI always stands 32 bytes behind the header.
  if (named(36, 'VBRI') && frame.length >= 54) return { frames: view.getUint32(50) };
  return undefined;
}
