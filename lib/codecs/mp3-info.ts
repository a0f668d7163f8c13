/**
 * The first frame of an MP3, which holds no sound: the length and what players leave out at both ends (Xing's header, and the LAME tag,
 * revision 1, http://gabriel.mp3-tech.org/mp3infotag.html).
 */
import { parseMpegHeader, type MpegHeader } from './mpeg.ts';
import { viewOf } from './source.ts';

/** Frames of silence that LAME puts in front; decoders add 529 of their own and know it. */
const ENCODER_DELAY = 576;

const HAS_FRAMES = 1;
const HAS_BYTES = 2;
/** Of the LAME part: nine characters of name, then the fields. */
const LAME_LENGTH = 36;
const REVISION_AND_CBR = 0x01;

/** Made of the first bytes of a stream of a constant bit rate; sees all of them go by. */
export class Mp3Info {
  /** The header that every frame of the stream has, without padding. */
  readonly #header: Uint8Array;
  readonly #first: MpegHeader;
  /** Of the sound. */
  #bytes = 0;
  #crc = 0;

  /** @param stream at least the four bytes of the first frame's header */
  constructor(stream: Uint8Array) {
    this.#header = stream.slice(0, 4);
    this.#header[2]! &= ~0x02;
    const first = parseMpegHeader(this.#header, 0);
    if (first === undefined) throw new Error('The encoder made something that is no MP3.');
    this.#first = first;
  }

  /** Takes the next bytes of sound. */
  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#crc = crc16(bytes, this.#crc);
  }

  /** Says only that it is no sound. */
  unknown(): Uint8Array<ArrayBuffer> {
    return this.#frame().frame;
  }

  /** @param frames that went into the encoder */
  known(frames: number): Uint8Array<ArrayBuffer> {
    const { frame, tag } = this.#frame();
    const view = viewOf(frame);
    const count = Math.round(this.#bytes / this.#frameBytes);
    view.setUint32(tag + 4, HAS_FRAMES | HAS_BYTES);
    view.setUint32(tag + 8, count);
    view.setUint32(tag + 12, this.#bytes + frame.length);
    const lame = tag + 16;
    frame.set(Buffer.from('LAME3.100', 'latin1'), lame);
    frame[lame + 9] = REVISION_AND_CBR;
    frame[lame + 20] = Math.min(255, Math.round(this.#kbits));
    // Two of 12 bits.
    const padding = Math.max(0, count * this.#first.frames - frames - ENCODER_DELAY);
    frame[lame + 21] = ENCODER_DELAY >> 4;
    frame[lame + 22] = ((ENCODER_DELAY & 15) << 4) | (padding >> 8);
    frame[lame + 23] = padding & 0xff;
    view.setUint32(lame + 28, this.#bytes + frame.length);
    view.setUint16(lame + 32, this.#crc);
    view.setUint16(lame + 34, crc16(frame.subarray(0, lame + 34)));
    return frame;
  }

  /** Of the mean frame; some have a byte of padding. */
  get #frameBytes(): number {
    return (this.#first.frames / 8) * ((this.#kbits * 1000) / this.#first.sampleRate);
  }

  get #kbits(): number {
    return this.#first.bitrate / 1000;
  }

  #frame(): { frame: Uint8Array<ArrayBuffer>; tag: number } {
    const { version, channels, length } = this.#first;
    const side = version === 1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
    const tag = 4 + side;
    if (tag + 16 + LAME_LENGTH > length) throw new RangeError(`an Info frame of ${length} bytes`);
    const frame = new Uint8Array(length);
    frame.set(this.#header);
    frame.set(Buffer.from('Info', 'latin1'), tag);
    return { frame, tag };
  }
}

/** CRC-16 with the polynomial 0x8005, lowest bit first, from 0. */
const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

function crc16(bytes: Uint8Array, from = 0): number {
  let crc = from;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >> 8);
  return crc;
}
