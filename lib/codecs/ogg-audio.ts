/** Ogg with Vorbis, Opus or FLAC: the page walker in front, a WebAssembly decoder behind. */
import { blockFrames, truncateBlock, type PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioInfo, ByteSource, OpenAudio, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged, unsupported } from './codecs.errors.ts';
import { parseStreamInfo, toFullScale } from './flac.ts';
import { OggWalker, parseOggPage, toWaveOrder, wholePackets } from './ogg.ts';
import { readBytes, readChunks, viewOf } from './source.ts';
import { decodeStream, type WasmStreamDecoder } from './wasm-stream.ts';

/** A page at its largest: header, 255 lacing values, 255 segments of 255 bytes. */
const MAX_PAGE = 27 + 255 + 255 * 255;

interface OggCodec {
  /** Reads the identification packet. `frames` is the length that it promises, if it does. */
  identify(packet: Uint8Array): AudioInfo & { frames?: number };
  load(): Promise<WasmStreamDecoder>;
  /** Frames that the pages' positions allow, once the last page has been seen; the rest is the encoder's padding. */
  extent?(walker: OggWalker, identification: Uint8Array): number;
  /** What the decoder gives as a reader expects it: channels in WAVE order, full scale at ±1. */
  arrange(block: PlanarBlock, info: AudioInfo): PlanarBlock;
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
  arrange: toWaveOrder,
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
  // RFC 7845 §4.3: positions count the pre-skip, and a stream cut out of a longer one begins past 0. The decoder forgets the
  // pre-skip where all sound is on one page.
  extent({ firstAudioPage, lastGranule }, identification) {
    if (!firstAudioPage) return 0;
    const preSkip = viewOf(identification).getUint16(10, true);
    const samples = wholePackets(firstAudioPage).reduce((sum, packet) => sum + opusPacketSamples(packet), 0);
    const start = Math.max(0, Number(firstAudioPage.granule) - samples);
    return Math.max(0, Number(lastGranule) - preSkip - start);
  },
  arrange: toWaveOrder,
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
  arrange: (block, { bitDepth }) => toFullScale(block, bitDepth),
};

export const openVorbis: OpenAudio = (source, options) => openOgg(source, vorbis, options);
export const openOpus: OpenAudio = (source, options) => openOgg(source, opus, options);
export const openOggFlac: OpenAudio = (source, options) => openOgg(source, oggFlac, options);

async function openOgg(source: ByteSource, codec: OggCodec, { signal }: OpenOptions): Promise<OpenedAudio> {
  const page = parseOggPage(await readBytes(source, 0, MAX_PAGE), 0);
  if (page === undefined || page === 'short') throw damaged('its first page is not whole');
  const identification = page.body;
  const { frames: promised, ...info } = codec.identify(identification);
  return {
    info,
    async *blocks() {
      const walker = new OggWalker();
      let frames = 0;
      for await (const block of decodeStream(await codec.load(), walked(source, walker, signal), info)) {
        const extent = walker.ended ? codec.extent?.(walker, identification) : undefined;
        const kept = extent === undefined ? block : truncateBlock(block, extent - frames);
        frames += blockFrames(kept);
        yield codec.arrange(kept, info);
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

/** Samples at 48 kHz in an Opus packet, by its first byte (RFC 6716 §3.1) and, for code 3, the count in the second (§3.2.5). */
function opusPacketSamples(packet: Uint8Array): number {
  const [toc = 0, second = 0] = packet;
  const config = toc >> 3;
  const silk = [480, 960, 1920, 2880];
  const frame =
    config < 12 ? silk[config & 3]! : config < 16 ? [480, 960][config & 1]! : [120, 240, 480, 960][config & 3]!;
  const code = toc & 3;
  return frame * (code === 0 ? 1 : code === 3 ? second & 63 : 2);
}
