/** FLAC (RFC 9639) through `@wasm-audio-decoders/flac`. */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioInfo, ByteSource, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged } from './codecs.errors.ts';
import { fourCc, readBytes, readChunks, skipId3v2, viewOf, withoutEndTags } from './source.ts';
import { decodeStream } from './wasm-stream.ts';

const STREAM_INFO_LENGTH = 34;
const MAX_METADATA_BLOCKS = 1000;

export interface StreamInfo {
  info: AudioInfo;
  /** Frames of the whole stream; null where the encoder did not know. */
  frames: number | null;
}

/** Reads a STREAMINFO block without its four bytes of header (RFC 9639 §8.2). */
export function parseStreamInfo(block: Uint8Array): StreamInfo {
  if (block.length < STREAM_INFO_LENGTH) throw damaged('its FLAC header is not whole');
  // 20 bits of rate, 3 of channels − 1, 5 of bits − 1, 36 of total samples.
  const packed = viewOf(block).getBigUint64(10);
  const frames = Number(packed & 0xf_ffff_ffffn);
  return {
    info: {
      codec: 'flac',
      sampleRate: Number(packed >> 44n),
      channels: Number((packed >> 41n) & 7n) + 1,
      bitDepth: Number((packed >> 36n) & 31n) + 1,
    },
    frames: frames === 0 ? null : frames,
  };
}

export async function openFlac(source: ByteSource, { signal }: OpenOptions = {}): Promise<OpenedAudio> {
  const start = await skipId3v2(source);
  const head = await readBytes(source, start, 8 + STREAM_INFO_LENGTH);
  if (fourCc(head, 0) !== 'fLaC' || (head[4]! & 0x7f) !== 0) throw damaged('its FLAC header is missing');
  const { info, frames: promised } = parseStreamInfo(head.subarray(8));
  const audioStart = await skipMetadata(source, start + 4);
  const audioEnd = await withoutEndTags(source);
  return {
    info,
    async *blocks() {
      const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
      // The decoder's parser hunts for frames through everything it is given, pictures too: it gets the audio alone.
      const chunks = padded(readChunks(source, audioStart, audioEnd, signal));
      let frames = 0;
      for await (const block of decodeStream(new FLACDecoder(), chunks, info)) {
        frames += block[0]!.length;
        yield toFullScale(block, info.bitDepth);
      }
      if (promised !== null && frames !== promised) throw damaged('its length is not the one it promises');
    },
  };
}

/**
 * The decoder divides by the largest positive sample, so that the lowest comes out below −1: here the integers are taken back, and
 * divided by 2ⁿ⁻¹ as in WAV. In place; exact up to 24 bits, which is what a float holds.
 */
export function toFullScale(block: PlanarBlock, bitDepth: number | null): PlanarBlock {
  if (bitDepth === null || bitDepth > 24) return block;
  const scale = 2 ** (bitDepth - 1);
  for (const channel of block) {
    for (let i = 0; i < channel.length; i++) channel[i] = Math.round(channel[i]! * (scale - 1)) / scale;
  }
  return block;
}

/**
 * The decoder's parser looks for the header of the next frame in more bytes than a short last frame has, the silence at an end for
 * instance, and then takes the last two for one. Zeros behind the last leave its checksum as it is.
 */
async function* padded(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* chunks;
  yield new Uint8Array(64);
}

async function skipMetadata(source: ByteSource, start: number): Promise<number> {
  let at = start;
  for (let blocks = 0; blocks < MAX_METADATA_BLOCKS; blocks++) {
    const header = await readBytes(source, at, 4);
    if (header.length < 4) break;
    at += 4 + (viewOf(header).getUint32(0) & 0xff_ffff);
    if (header[0]! & 0x80) return at;
  }
  throw damaged('its FLAC header is not whole');
}
