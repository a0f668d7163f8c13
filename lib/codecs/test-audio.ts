/**
 * Recordings for tests, made in code: no binary files in the repository, and every length is known to the frame. For tests
 * only; the encoders are development packages.
 */
import type { OutputFormat } from 'mediabunny';
import { oggPackets } from './test-ogg.ts';

export interface TestAudioOptions {
  format: 'wav' | 'mp3' | 'vorbis' | 'opus' | 'flac' | 'oggflac' | 'm4a' | 'aac';
  /** Length; rounded to a whole frame. Default 1. */
  seconds?: number;
  /** Hz; default 44,100, and 48,000 for Opus, which has no other. */
  sampleRate?: number;
  /** Default 2. MP3, Vorbis and Opus take 1 or 2. */
  channels?: number;
  /** WAV: 8, 16, 24, 32, or with `float` 32, 64. FLAC: 16 or 24. Default 16. */
  bitDepth?: number;
  /** WAV only: IEEE float. */
  float?: boolean;
  /** Amplitude −1…1 at `time` seconds. Default a 440 Hz sine at −6 dBFS, each further channel an octave up. */
  signal?: (time: number, channel: number) => number;
}

const DEFAULT_SIGNAL = (time: number, channel: number) => 0.5 * Math.sin(2 * Math.PI * 440 * (channel + 1) * time);

interface Pcm {
  channels: Float32Array<ArrayBuffer>[];
  frames: number;
  sampleRate: number;
  bitDepth: number;
  float: boolean;
}

/** A whole file. The same options give the same bytes, but for Ogg serial numbers of Vorbis. */
export async function makeAudio(options: TestAudioOptions): Promise<Uint8Array<ArrayBuffer>> {
  const pcm = makePcm(options);
  switch (options.format) {
    case 'wav':
      return makeWav(pcm);
    case 'mp3':
      return makeMp3(pcm);
    case 'vorbis':
      return makeVorbis(pcm);
    case 'opus':
      return makeOpus(pcm);
    case 'flac':
      return makeFlac(pcm);
    case 'oggflac':
      return makeOggFlac(pcm);
    case 'm4a':
      return makeAac(pcm, 'mp4');
    case 'aac':
      return makeAac(pcm, 'adts');
  }
}

/** The samples that {@link makeAudio} encodes, one array per channel. */
export function makeSamples(options: Omit<TestAudioOptions, 'format'>): Float32Array<ArrayBuffer>[] {
  return makePcm(options).channels;
}

function makePcm({ signal = DEFAULT_SIGNAL, ...options }: Omit<TestAudioOptions, 'format'> & { format?: string }): Pcm {
  const sampleRate = options.format === 'opus' ? 48_000 : (options.sampleRate ?? 44_100);
  const frames = Math.round((options.seconds ?? 1) * sampleRate);
  const channels = Array.from({ length: options.channels ?? 2 }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, i) => signal(i / sampleRate, channel)),
  );
  return { channels, frames, sampleRate, bitDepth: options.bitDepth ?? 16, float: options.float ?? false };
}

/** A canonical WAV: `RIFF`, a `fmt ` chunk of 16 bytes, `data` at offset 44. */
function makeWav({ channels, frames, sampleRate, bitDepth, float }: Pcm): Uint8Array<ArrayBuffer> {
  const width = bitDepth / 8;
  const blockAlign = width * channels.length;
  const size = frames * blockAlign;
  const bytes = new Uint8Array(44 + size + (size & 1));
  const view = new DataView(bytes.buffer);
  const ascii = (at: number, text: string) => bytes.set(Buffer.from(text, 'latin1'), at);
  ascii(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, bitDepth, true);
  ascii(36, 'data');
  view.setUint32(40, size, true);
  const write = sampleWriter(view, bitDepth, float);
  for (let i = 0, at = 44; i < frames; i++) {
    for (const channel of channels) {
      write(at, channel[i]!);
      at += width;
    }
  }
  return bytes;
}

function sampleWriter(view: DataView, bitDepth: number, float: boolean): (at: number, sample: number) => void {
  if (float) {
    return bitDepth === 64 ? (at, x) => view.setFloat64(at, x, true) : (at, x) => view.setFloat32(at, x, true);
  }
  const scale = 2 ** (bitDepth - 1);
  const integer = (x: number) => Math.max(-scale, Math.min(scale - 1, Math.round(x * scale)));
  if (bitDepth === 8) return (at, x) => view.setUint8(at, integer(x) + 128);
  if (bitDepth === 16) return (at, x) => view.setInt16(at, integer(x), true);
  if (bitDepth === 32) return (at, x) => view.setInt32(at, integer(x), true);
  return (at, x) => {
    const value = integer(x);
    view.setUint16(at, value & 0xffff, true);
    view.setInt8(at + 2, value >> 16);
  };
}

const ENCODER_DELAY = 576;

/** CBR with an Info frame in front, so that decoders know the length to the frame (the LAME tag specification, revision 1). */
async function makeMp3({ channels, frames, sampleRate }: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const { createMp3Encoder } = await import('wasm-media-encoders');
  const encoder = await createMp3Encoder();
  encoder.configure({ channels: channels.length as 1 | 2, sampleRate, bitrate: sampleRate < 32_000 ? 64 : 128 });
  const audio = encodeAll(encoder, channels, frames);
  const { parseMpegHeader } = await import('./mpeg.ts');
  const first = parseMpegHeader(audio, 0)!;
  let count = 0;
  for (let at = 0; at < audio.length; count++) at += parseMpegHeader(audio, at)?.length ?? audio.length;
  const info = new Uint8Array(first.length);
  info.set(audio.subarray(0, 4));
  const mono = first.channels === 1;
  const tag = 4 + (first.version === 1 ? (mono ? 17 : 32) : mono ? 9 : 17);
  const view = new DataView(info.buffer);
  info.set(Buffer.from('Info'), tag);
  view.setUint32(tag + 4, 1 | 2);
  view.setUint32(tag + 8, count);
  view.setUint32(tag + 12, audio.length + info.length);
  // The LAME part stands behind the optional fields: here the frame and byte counts.
  const lame = tag + 16;
  info.set(Buffer.from('LAME3.100'), lame);
  const delay = ENCODER_DELAY;
  const padding = count * first.frames - frames - delay;
  info[lame + 21] = delay >> 4;
  info[lame + 22] = ((delay & 15) << 4) | (padding >> 8);
  info[lame + 23] = padding & 255;
  return join([info, audio]);
}

async function makeVorbis({ channels, frames, sampleRate }: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const { createOggEncoder } = await import('wasm-media-encoders');
  const encoder = await createOggEncoder();
  encoder.configure({ channels: channels.length as 1 | 2, sampleRate, vbrQuality: 3 });
  return encodeAll(encoder, channels, frames);
}

interface BlockEncoder {
  encode(samples: readonly Float32Array[]): Uint8Array;
  finalize(): Uint8Array;
}

function encodeAll(encoder: BlockEncoder, channels: readonly Float32Array[], frames: number) {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < frames; at += 16_384) {
    // What the encoder returns is a window on its memory, gone with the next call.
    parts.push(encoder.encode(channels.map(channel => channel.subarray(at, at + 16_384))).slice());
  }
  parts.push(encoder.finalize().slice());
  return join(parts);
}

/** Samples at 48 kHz that libopus puts before the signal. */
const OPUS_PRE_SKIP = 312;

async function makeOpus({ channels, frames }: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const { default: OpusScript } = await import('opusscript');
  const size = 960;
  const encoder = new OpusScript(48_000, channels.length, OpusScript.Application.AUDIO);
  const packets: { data: Uint8Array; granule: bigint }[] = [];
  const total = frames + OPUS_PRE_SKIP;
  for (let at = 0; at < total; at += size) {
    const block = Buffer.alloc(size * channels.length * 2);
    for (let i = 0; i < size; i++) {
      channels.forEach((channel, c) =>
        block.writeInt16LE(Math.round((channel[at + i] ?? 0) * 32_767), (i * channels.length + c) * 2),
      );
    }
    const data = Uint8Array.from(encoder.encode(block, size));
    packets.push({ data, granule: BigInt(Math.min(at + size, total)) });
  }
  encoder.delete();
  const head = new Uint8Array(19);
  head.set(Buffer.from('OpusHead\x01'));
  head[9] = channels.length;
  new DataView(head.buffer).setUint16(10, OPUS_PRE_SKIP, true);
  new DataView(head.buffer).setUint32(12, 48_000, true);
  return oggPackets([head, vorbisComment('OpusTags')], packets);
}

/** A comment header without comments (Vorbis I §5). */
function vorbisComment(magic: string): Uint8Array {
  const vendor = 'talk2me';
  const bytes = Buffer.alloc(magic.length + 4 + vendor.length + 4);
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt32LE(vendor.length, magic.length);
  bytes.write(vendor, magic.length + 4);
  return bytes;
}

async function makeFlac(pcm: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const { FlacOutputFormat } = await import('mediabunny');
  const { registerFlacEncoder } = await import('@mediabunny/flac-encoder');
  registerFlacEncoder();
  return mux(pcm, new FlacOutputFormat(), 'flac');
}

async function makeAac(pcm: Pcm, container: 'mp4' | 'adts'): Promise<Uint8Array<ArrayBuffer>> {
  const { AdtsOutputFormat, Mp4OutputFormat } = await import('mediabunny');
  const { registerAacEncoder } = await import('@mediabunny/aac-encoder');
  registerAacEncoder();
  const bytes = await mux(pcm, container === 'mp4' ? new Mp4OutputFormat() : new AdtsOutputFormat(), 'aac');
  // The brand that audio has.
  if (container === 'mp4') bytes.set(Buffer.from('M4A '), 8);
  return bytes;
}

async function mux(
  { channels, frames, sampleRate, bitDepth }: Pcm,
  format: OutputFormat,
  codec: 'flac' | 'aac',
): Promise<Uint8Array<ArrayBuffer>> {
  const { AudioSample, AudioSampleSource, BufferTarget, Output } = await import('mediabunny');
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new AudioSampleSource({ codec, bitrate: 128_000 });
  output.addAudioTrack(source);
  await output.start();
  // The encoder takes the depth of FLAC from the samples' format.
  const wide = codec === 'flac' && bitDepth > 16;
  const step = 8192;
  for (let at = 0; at < frames; at += step) {
    const count = Math.min(step, frames - at);
    const data = interleave(channels, at, count, wide || codec === 'aac');
    const sample = new AudioSample({
      data,
      format: data instanceof Int16Array ? 's16' : 'f32',
      numberOfChannels: channels.length,
      sampleRate,
      timestamp: at / sampleRate,
    });
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

function interleave(channels: readonly Float32Array[], from: number, count: number, float: boolean) {
  const data = float ? new Float32Array(count * channels.length) : new Int16Array(count * channels.length);
  const scale = float ? 1 : 32_768;
  for (let i = 0; i < count; i++) {
    channels.forEach((channel, c) => {
      const value = channel[from + i]! * scale;
      data[i * channels.length + c] = float ? value : Math.max(-32_768, Math.min(32_767, Math.round(value)));
    });
  }
  return data;
}

/** The frames of a FLAC file in Ogg pages ("FLAC in Ogg" mapping 1.0). */
async function makeOggFlac(pcm: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const { BufferSource, EncodedPacketSink, FLAC, Input } = await import('mediabunny');
  const flac = await makeFlac(pcm);
  const input = new Input({ source: new BufferSource(flac), formats: [FLAC] });
  const track = await input.getPrimaryAudioTrack();
  const packets: { data: Uint8Array; granule: bigint }[] = [];
  for await (const packet of new EncodedPacketSink(track!).packets()) {
    packets.push({
      data: packet.data,
      granule: BigInt(Math.round((packet.timestamp + packet.duration) * pcm.sampleRate)),
    });
  }
  packets.at(-1)!.granule = BigInt(pcm.frames);
  const streamInfo = flac.slice(4, 4 + 4 + 34);
  streamInfo[0] = 0;
  const mapping = Buffer.from('\x7fFLAC\x01\x00\x00\x01fLaC', 'latin1');
  const comment = vorbisComment('');
  const block = Buffer.concat([Uint8Array.of(0x84, 0, 0, comment.length), comment]);
  return oggPackets([join([mapping, streamInfo]), block], packets);
}

/** The parts one after the other, in new memory. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
