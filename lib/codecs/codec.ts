/**
 * The contract of a decoder: bytes in, planar float blocks out, in constant memory.
 *
 * A decoder refuses (`AppError`): `audio.damaged` what is cut short or cannot be decoded, `audio.unsupported` what is sound but
 * not taken, `audio.empty` what holds no frame, `audio.needs_ffmpeg` what this server lacks the program for.
 */
import type { PlanarBlock } from '#lib/audio/pcm.ts';

export const AUDIO_FORMATS = ['wav', 'mp3', 'vorbis', 'opus', 'flac', 'oggflac', 'aac', 'm4a'] as const;
/** Container and codec as the bytes tell them. */
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

/** The media type to store and serve each format with. */
export const CONTENT_TYPES: Readonly<Record<AudioFormat, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  vorbis: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  oggflac: 'audio/ogg',
  aac: 'audio/aac',
  m4a: 'audio/mp4',
};

/** Random access to the bytes of one recording. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` from byte `position` on and returns how many bytes there were; fewer only at the end. */
  read(position: number, into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** A file-backed source also has a path, which decoders in other processes need. */
export interface FileSource extends ByteSource {
  readonly path: string;
}

export interface AudioInfo {
  /** For example `pcm_s16le`, `pcm_f32le`, `mp3`, `vorbis`, `opus`, `flac`, `aac`, `alac`. */
  readonly codec: string;
  /** Hz. Opus is always 48,000. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits a sample for linear formats, null for lossy ones. */
  readonly bitDepth: number | null;
}

/** An opened recording. Read `blocks` once and to its end; its `return` frees the decoder. */
export interface OpenedAudio {
  readonly info: AudioInfo;
  /**
   * Blocks of a few thousand frames, `info.channels` arrays each, in WAVE channel order. A block's memory is the reader's only
   * until the next one is asked for: whoever keeps samples copies them. Throws as the contract says.
   */
  blocks(): AsyncGenerator<PlanarBlock, void, void>;
}

export interface OpenOptions {
  signal?: AbortSignal | undefined;
}

/** One per format. Reads the header and throws when it makes no sense; decodes nothing yet. */
export type OpenAudio = (source: ByteSource, options: OpenOptions) => Promise<OpenedAudio>;

/** How much is read of linear audio at once, bytes. */
export const READ_SIZE = 64 * 1024;

/** How much a WebAssembly decoder is given at once, bytes: a second or so, which comes out as half a megabyte of floats. */
export const CHUNK_SIZE = 16 * 1024;
