/** The loop that the WebAssembly stream decoders share. */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioInfo } from './codec.ts';
import { damaged } from './codecs.errors.ts';

/** What `@wasm-audio-decoders/*` and `ogg-opus-decoder` have in common. */
export interface WasmStreamDecoder {
  ready: Promise<void>;
  decode(chunk: Uint8Array): Promise<DecodedChunk> | DecodedChunk;
  flush(): Promise<DecodedChunk>;
  free(): void;
}

interface DecodedChunk {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
  errors: readonly { message: string }[];
}

/** Feeds `chunks` to the decoder and yields what comes out; frees the decoder in the end. */
export async function* decodeStream(
  decoder: WasmStreamDecoder,
  chunks: AsyncIterable<Uint8Array>,
  { channels, sampleRate }: AudioInfo,
): AsyncGenerator<PlanarBlock, void, void> {
  const checked = (decoded: DecodedChunk): PlanarBlock | undefined => {
    const [error] = decoded.errors;
    if (error) throw damaged('a part of it cannot be decoded', new Error(error.message));
    if (decoded.samplesDecoded === 0) return undefined;
    if (decoded.samplesDecoded < 0 || decoded.channelData.length !== channels || decoded.sampleRate !== sampleRate) {
      throw damaged('it changes its nature on the way');
    }
    return decoded.channelData;
  };
  await decoder.ready;
  try {
    for await (const chunk of chunks) {
      const block = checked(await decoder.decode(chunk));
      if (block) yield block;
    }
    const rest = checked(await decoder.flush());
    if (rest) yield rest;
  } finally {
    release(decoder);
  }
}

/** An instance that has trapped cannot always free itself; it is garbage all the same, and the trap is the error that matters. */
function release(decoder: WasmStreamDecoder): void {
  try {
    decoder.free();
  } catch {
    // Nothing holds it any more.
  }
}
