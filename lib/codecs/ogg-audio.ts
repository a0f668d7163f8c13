/** Ogg with Vorbis, Opus or FLAC: the page walker in front, a WebAssembly decoder behind. */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioInfo, ByteSource, OpenAudio, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged, unsupported } from './codecs.errors.ts';
import { parseStreamInfo } from './flac.ts';
import { OggWalker, parseOggPage, toWaveOrder } from './ogg.ts';
import { readBytes, readChunks, viewOf } from './source.ts';
import { decodeStream, type WasmStreamDecoder } from './wasm-stream.ts';

/** A page at its largest: header, 255 lacing values, 255 segments of 255 bytes. */
const MAX_PAGE = 27 + 255 + 255 * 255;

interface OggCodec {
  /** Reads the identification packet. `frames` is the length that it promises, if it does. */
  identify(packet: Uint8Array): AudioInfo & { frames?: number };
  load(): Promise<WasmStreamDecoder>;
  /** The codec's channel order to WAVE order. */
  order(block: PlanarBlock): PlanarBlock;
}

const vorbis: OggCodec = {
  // Vorbis I §4.2.2
  identify(packet) {
    if (packet.length < 30) throw damaged('its Vorbis header is not whole');
    const view = viewOf(packet);
    return { codec: 'vorbis', channels: packet[11]!, sampleRate: view.getUint32(12, true), bitDepth: null };
  },
  async load() {
    const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
    return new OggVorbisDecoder();
  },
  order: toWaveOrder,
};

const opus: OggCodec = {
  // RFC 7845 §5.1. Opus decodes at 48 kHz whatever rate it was made from.
  identify(packet) {
    if (packet.length < 19) throw damaged('its Opus header is not whole');
    if (packet[18]! > 1) throw unsupported('Opus with more than eight channels or ambisonics is not accepted.');
    return { codec: 'opus', channels: packet[9]!, sampleRate: 48_000, bitDepth: null };
  },
  async load() {
    const { OggOpusDecoder } = await import('ogg-opus-decoder');
    return new OggOpusDecoder({ forceStereo: false });
  },
  order: toWaveOrder,
};

const oggFlac: OggCodec = {
  // "FLAC in Ogg" mapping 1.0: 0x7F "FLAC", version, header count, "fLaC", STREAMINFO
  identify(packet) {
    const { info, frames } = parseStreamInfo(packet.subarray(13 + 4));
    return { ...info, ...(frames === null ? {} : { frames }) };
  },
  async load() {
    const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
    return new FLACDecoder();
  },
  order: block => block,
};

export const openVorbis: OpenAudio = (source, options) => openOgg(source, vorbis, options);
export const openOpus: OpenAudio = (source, options) => openOgg(source, opus, options);
export const openOggFlac: OpenAudio = (source, options) => openOgg(source, oggFlac, options);

async function openOgg(source: ByteSource, codec: OggCodec, { signal }: OpenOptions): Promise<OpenedAudio> {
  const page = parseOggPage(await readBytes(source, 0, MAX_PAGE), 0);
  if (page === undefined || page === 'short') throw damaged('its first page is not whole');
  const { frames: promised, ...info } = codec.identify(page.body);
  return {
    info,
    async *blocks() {
      const walker = new OggWalker();
      let frames = 0;
      for await (const block of decodeStream(await codec.load(), walked(source, walker, signal), info)) {
        frames += block[0]!.length;
        yield codec.order(block);
      }
      if (promised !== undefined && frames !== promised) throw damaged('its length is not the one it promises');
    },
  };
}

async function* walked(source: ByteSource, walker: OggWalker, signal: AbortSignal | undefined) {
  for await (const chunk of readChunks(source, 0, source.size, signal)) {
    walker.push(chunk);
    yield chunk;
  }
  walker.finish();
}
