/**
 * Opus in Ogg (RFC 6716, RFC 7845) through `opusscript`, libopus 1.4 in WebAssembly.
 *
 * The length is exact: the codec's delay is announced as pre-skip, and the last position ends the sound where it ended.
 */
import type OpusScript from 'opusscript';
import { blockFrames, type PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioEncoder, EncodedEnd } from './encoder.ts';
import { OggMuxer } from './ogg-muxer.ts';
import { viewOf } from './source.ts';

/** Hz that libopus takes; others are resampled before. */
export const OPUS_RATES = [8000, 12_000, 16_000, 24_000, 48_000] as const;
export type OpusRate = (typeof OPUS_RATES)[number];

export interface OpusEncoderOptions {
  sampleRate: OpusRate;
  channels: 1 | 2;
  /** Bits a second, 6,000 to 510,000; on the average, for the rate varies with what there is to say. */
  bitrate: number;
  /** Vorbis comments, `NAME=value`: TITLE, ARTIST, CHAPTER001 and so on. */
  comments?: readonly string[];
}

/** Positions count at this rate, whatever the input's is. */
const GRANULE_RATE = 48_000;
const FRAME_SECONDS = 0.02;
/**
 * Of libopus, at 48 kHz: 2.5 ms of lookahead and 4 ms that make up for the delay between its two codecs, at every input rate and for
 * every application but the one of low delay (OPUS_GET_LOOKAHEAD).
 */
const PRE_SKIP = 312;
/** RFC 7845, 4: a page should hold no more than a second. */
const PAGE_LENGTH = GRANULE_RATE;
const SERIAL = 0x54324d;

export async function createOpusEncoder(options: OpusEncoderOptions): Promise<AudioEncoder> {
  const { default: Opus } = await import('opusscript');
  const encoder = new Opus(options.sampleRate, options.channels, Opus.Application.AUDIO);
  useOwnMemory(encoder);
  encoder.setBitrate(options.bitrate);
  return new OpusEncoder(encoder, options);
}

/** What `opusscript` holds and does not declare. */
interface Inside {
  /** Where samples are laid for the codec: each byte of them in two bytes, which is what its C++ expects. */
  inPCM: Uint16Array;
  inPCMPointer: number;
  inPCMLength: number;
}

/**
 * The package makes its window on the codec's memory with a byte offset where an index is wanted, so that it lies at twice the
 * address that was set aside: with several encoders in a thread, in the middle of another one's state. Here is the one that was meant;
 * a frame of 20 ms fits.
 */
function useOwnMemory(encoder: OpusScript): void {
  const inside = encoder as unknown as Inside;
  inside.inPCM = new Uint16Array(inside.inPCM.buffer, inside.inPCMPointer, inside.inPCMLength / 2);
}

class OpusEncoder implements AudioEncoder {
  readonly contentType = 'audio/ogg; codecs=opus';
  readonly #encoder: OpusScript;
  readonly #muxer: OggMuxer;
  readonly #channels: number;
  /** Frames in a packet. */
  readonly #size: number;
  /** Positions to a frame. */
  readonly #scale: number;
  /** Samples of the packet to come, interleaved, s16le. */
  readonly #packet: Buffer;
  #filled = 0;
  #frames = 0;
  #packets = 0;
  #isClosed = false;

  constructor(encoder: OpusScript, { sampleRate, channels, comments = [] }: OpusEncoderOptions) {
    this.#encoder = encoder;
    this.#channels = channels;
    this.#size = sampleRate * FRAME_SECONDS;
    this.#scale = GRANULE_RATE / sampleRate;
    this.#packet = Buffer.alloc(this.#size * channels * 2);
    this.#muxer = new OggMuxer({
      serial: SERIAL,
      headers: [opusHead(channels, sampleRate), opusTags(comments)],
      pageLength: PAGE_LENGTH,
    });
  }

  encode(block: PlanarBlock): Uint8Array<ArrayBuffer> {
    const frames = blockFrames(block);
    const parts: Uint8Array[] = [];
    for (let i = 0; i < frames; i++) {
      for (let channel = 0; channel < this.#channels; channel++) {
        const sample = Math.max(-32_768, Math.min(32_767, Math.round(block[channel]![i]! * 32_768)));
        this.#packet.writeInt16LE(sample, (this.#filled * this.#channels + channel) * 2);
      }
      this.#filled += 1;
      this.#frames += 1;
      if (this.#filled === this.#size) parts.push(this.#encodePacket());
    }
    return Uint8Array.from(Buffer.concat(parts));
  }

  finish(): EncodedEnd {
    const parts: Uint8Array[] = [];
    // Silence, until what the codec still holds has come out.
    while (this.#packets * this.#size * this.#scale < this.#end) {
      this.#packet.fill(0, this.#filled * this.#channels * 2);
      parts.push(this.#encodePacket());
    }
    parts.push(this.#muxer.finish());
    this.close();
    return { rest: Uint8Array.from(Buffer.concat(parts)), head: undefined };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#encoder.delete();
  }

  /** The position where the sound ends, as far as is known. */
  get #end(): number {
    return PRE_SKIP + this.#frames * this.#scale;
  }

  #encodePacket(): Uint8Array {
    const data = this.#encoder.encode(this.#packet, this.#size);
    this.#packets += 1;
    this.#filled = 0;
    // Of the last packet less than all is sound (RFC 7845, 4.4).
    return this.#muxer.push(data, BigInt(Math.min(this.#packets * this.#size * this.#scale, this.#end)));
  }
}

/** RFC 7845, 5.1. */
function opusHead(channels: number, sampleRate: number): Uint8Array {
  const head = new Uint8Array(19);
  head.set(Buffer.from('OpusHead\x01', 'latin1'));
  head[9] = channels;
  viewOf(head).setUint16(10, PRE_SKIP, true);
  viewOf(head).setUint32(12, sampleRate, true);
  return head;
}

/** RFC 7845, 5.2. */
function opusTags(comments: readonly string[]): Uint8Array {
  const vendor = 'libopus 1.4, Talk2Me';
  const texts = [vendor, ...comments].map(text => Buffer.from(text));
  const [vendorText, ...rest] = texts.map(text => Buffer.concat([littleEndian(text.length), text]));
  return Buffer.concat([Buffer.from('OpusTags', 'latin1'), vendorText!, littleEndian(rest.length), ...rest]);
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
