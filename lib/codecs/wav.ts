/**
 * WAV reader: RIFF (Microsoft Multimedia Programming Interface 1.0), `WAVE_FORMAT_EXTENSIBLE`, and RF64 with its `ds64` chunk
 * (EBU Tech 3306). Linear PCM of 8, 16, 24 and 32 bits and IEEE float of 32 and 64.
 */
import { truncateBlock } from '#lib/audio/pcm.ts';
import { READ_SIZE, type ByteSource, type OpenedAudio, type OpenOptions } from './codec.ts';
import { damaged, empty, unsupported } from './codecs.errors.ts';
import { fourCc, readBytes, viewOf } from './source.ts';

const UNKNOWN_SIZE = 0xffffffff;
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Chunks before `data` that are worth walking over; a file with more is made to waste time. */
const MAX_CHUNKS = 1000;

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0006: 'A-law',
  0x0007: 'µ-law',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0050: 'MPEG',
  0x0055: 'MP3',
  0x00ff: 'AAC',
};

interface WavFormat {
  /** PCM or FLOAT. */
  tag: number;
  channels: number;
  sampleRate: number;
  /** Bytes of one frame. */
  blockAlign: number;
  /** Container bits of one sample. */
  bits: number;
  /** Bits that carry sound; at most `bits`. */
  validBits: number;
}

interface WavLayout {
  format: WavFormat;
  dataStart: number;
  dataEnd: number;
  /** The header does not tell the length: the data goes on to the end of the source. */
  open: boolean;
}

export async function openWav(source: ByteSource, { signal }: OpenOptions = {}): Promise<OpenedAudio> {
  const { format, dataStart, dataEnd, open } = await readLayout(source);
  const { channels, sampleRate, tag, bits, validBits } = format;
  const codec = tag === FLOAT ? `pcm_f${bits}le` : bits === 8 ? 'pcm_u8' : `pcm_s${bits}le`;
  const convert = converter(tag, bits);
  return {
    info: { codec, sampleRate, channels, bitDepth: validBits },
    async *blocks() {
      const { blockAlign } = format;
      // Whole frames at a time, so no sample straddles two reads. All memory is reused: at gigabytes a second of garbage the
      // collector would let buffers pile up by the hundred.
      const frames = Math.max(1, Math.floor(READ_SIZE / blockAlign));
      const bytes = new Uint8Array(frames * blockAlign);
      const block = Array.from({ length: channels }, () => new Float32Array(frames));
      for (let at = dataStart; at < dataEnd; at += bytes.length) {
        signal?.throwIfAborted();
        const wanted = Math.min(bytes.length, dataEnd - at);
        const got = await source.read(at, bytes.subarray(0, wanted));
        if (got < wanted && !open) throw damaged('the file ends before its audio does');
        const whole = Math.floor(got / blockAlign);
        block.forEach((out, channel) => {
          convert(bytes, (channel * blockAlign) / channels, blockAlign, out.subarray(0, whole));
        });
        if (whole > 0) yield truncateBlock(block, whole);
        if (got < wanted) return;
      }
    },
  };
}

async function readLayout(source: ByteSource): Promise<WavLayout> {
  const head = await readBytes(source, 0, 12);
  const kind = fourCc(head, 0);
  if (head.length < 12 || !['RIFF', 'RF64', 'BW64'].includes(kind) || fourCc(head, 8) !== 'WAVE') {
    throw damaged('its WAV header is not whole');
  }
  let format: WavFormat | undefined;
  let longDataSize: number | undefined;
  let at = 12;
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const header = await readBytes(source, at, 8);
    if (header.length < 8) break;
    const name = fourCc(header, 0);
    const size = viewOf(header).getUint32(4, true);
    const body = at + 8;
    if (name === 'ds64') longDataSize = await readDs64(source, body);
    if (name === 'fmt ') format = await readFormat(source, body, size);
    if (name === 'data') {
      if (!format) throw damaged('its format chunk is missing');
      const known = size === UNKNOWN_SIZE && kind !== 'RIFF' ? longDataSize : size;
      return { format, dataStart: body, ...dataExtent(source, format, body, known ?? UNKNOWN_SIZE) };
    }
    // Chunks are padded to even lengths; the size does not count the pad byte.
    at = body + size + (size & 1);
  }
  throw damaged(format ? 'it has no audio data' : 'its format chunk is missing');
}

async function readDs64(source: ByteSource, body: number): Promise<number> {
  const bytes = await readBytes(source, body, 16);
  if (bytes.length < 16) throw damaged('its RF64 header is not whole');
  const size = viewOf(bytes).getBigUint64(8, true);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('its RF64 header makes no sense');
  return Number(size);
}

/**
 * Programs that write to a pipe cannot go back to fill in the size. They leave 0, 0xFFFFFFFF (ffmpeg) or just under 2 GiB (sox)
 * there, and the data is all that follows.
 */
function dataExtent(
  source: ByteSource,
  { blockAlign }: WavFormat,
  start: number,
  size: number,
): Pick<WavLayout, 'dataEnd' | 'open'> {
  const available = source.size - start;
  const placeholder = size === UNKNOWN_SIZE || (size >= 0x7fff_0000 && size <= 0x7fff_ffff && size > available);
  const open = placeholder || (size === 0 && available >= blockAlign);
  if (!open && size > available) throw damaged('the file ends before its audio does');
  const frames = Math.floor((open ? available : size) / blockAlign);
  if (frames === 0) throw empty();
  return { dataEnd: start + frames * blockAlign, open };
}

async function readFormat(source: ByteSource, body: number, size: number): Promise<WavFormat> {
  const bytes = await readBytes(source, body, Math.min(size, 40));
  if (bytes.length < 16) throw damaged('its format chunk is not whole');
  const view = viewOf(bytes);
  let tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockAlign = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  let validBits = bits;
  if (tag === EXTENSIBLE) {
    if (bytes.length < 40) throw damaged('its format chunk is not whole');
    validBits = view.getUint16(18, true) || bits;
    // The first two bytes of the sub-format GUID are the old tag.
    tag = view.getUint16(24, true);
  }
  if (tag !== PCM && tag !== FLOAT) {
    const name = FORMAT_NAMES[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
    throw unsupported(`WAV with ${name} inside is not accepted; convert it to WAV with linear PCM, or to FLAC.`);
  }
  const format = { tag, channels, sampleRate, blockAlign, bits, validBits };
  checkFormat(format);
  return format;
}

function checkFormat({ tag, channels, sampleRate, blockAlign, bits, validBits }: WavFormat): void {
  const widths = tag === FLOAT ? [32, 64] : [8, 16, 24, 32];
  if (!widths.includes(bits) || validBits > bits) throw damaged(`its header says ${bits} bits a sample`);
  if (channels === 0) throw damaged('its header says 0 channels');
  if (sampleRate === 0) throw damaged('its header says a sample rate of 0');
  if (blockAlign !== (channels * bits) / 8) throw damaged('its header contradicts itself');
}

/** Fills `out` with channel `channel` (byte offset `first`) of interleaved frames `stride` bytes apart. */
type Convert = (bytes: Uint8Array<ArrayBuffer>, first: number, stride: number, out: Float32Array) => void;

function converter(tag: number, bits: number): Convert {
  if (tag === FLOAT) return bits === 32 ? float32 : float64;
  if (bits === 8) return unsigned8;
  if (bits === 16) return signed16;
  return bits === 24 ? signed24 : signed32;
}

const unsigned8: Convert = (bytes, first, stride, out) => {
  for (let i = 0, at = first; i < out.length; i++, at += stride) out[i] = (bytes[at]! - 128) / 128;
};

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const signed16: Convert = (bytes, first, stride, out) => {
  // The most frequent depth by far: a view of 16 bits takes half the time of putting bytes together.
  if (LITTLE_ENDIAN && bytes.byteOffset % 2 === 0) {
    const words = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    const step = stride >> 1;
    for (let i = 0, at = first >> 1; i < out.length; i++, at += step) out[i] = words[at]! / 32_768;
    return;
  }
  const view = viewOf(bytes);
  for (let i = 0, at = first; i < out.length; i++, at += stride) out[i] = view.getInt16(at, true) / 32_768;
};

const signed24: Convert = (bytes, first, stride, out) => {
  for (let i = 0, at = first; i < out.length; i++, at += stride) {
    out[i] = ((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) / 2_147_483_648;
  }
};

const signed32: Convert = (bytes, first, stride, out) => {
  const view = viewOf(bytes);
  for (let i = 0, at = first; i < out.length; i++, at += stride) out[i] = view.getInt32(at, true) / 2_147_483_648;
};

const float32: Convert = (bytes, first, stride, out) => {
  const view = viewOf(bytes);
  for (let i = 0, at = first; i < out.length; i++, at += stride) out[i] = view.getFloat32(at, true);
};

const float64: Convert = (bytes, first, stride, out) => {
  const view = viewOf(bytes);
  for (let i = 0, at = first; i < out.length; i++, at += stride) out[i] = view.getFloat64(at, true);
};
