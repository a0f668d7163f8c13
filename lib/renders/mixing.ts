import type { KeptPcm } from '#lib/mixdown/pcm-store.ts';
import type { OpenRecording } from '#lib/audiobooks/sound-shelf.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { RenderFormat } from './render.ts';

/** A recording as it was made: a file, or the bytes of one. */
export interface SourceWish {
  /** Of the content and nothing else. */
  key: string;
  /** Hertz of the output. */
  rate: number;
  /** What of it is wanted, in its own frames; all of it where undefined. */
  trim?: { from: number; to: number } | undefined;
  open: (signal: AbortSignal) => Promise<OpenRecording | Uint8Array<ArrayBuffer>>;
}

/** How a timeline becomes samples. */
export interface MixWish {
  timeline: Timeline;
  /** By their names in the timeline. */
  sources: ReadonlyMap<string, KeptPcm>;
  channels: 1 | 2;
  /** dBFS. */
  limiter: number;
  /** Frames of the timeline; end exclusive. */
  from: number;
  to: number;
}

export interface MixFileWish extends MixWish {
  format: RenderFormat;
  bitDepth: 16 | 24 | 32;
  dither: boolean;
  /** Nothing is there yet. */
  path: string;
}

export interface MixedFile {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Null for silence. */
  peakDbfs: number | null;
  /** The most that the limiter took away, dB. */
  limitedDb: number;
}

/** Threads that decode, mix and encode. */
export interface Mixing {
  /** @throws what opening and decoding throw; the signal's reason */
  obtain(wish: SourceWish, signal: AbortSignal): Promise<KeptPcm>;
  /** @throws AppError `storage.full`; the signal's reason, at most a second after it is aborted */
  mixToFile(wish: MixFileWish, signal: AbortSignal, onProgress: (frames: number) => void): Promise<MixedFile>;
  /** Samples of 16 bits as they stand in a WAV file. @throws the signal's reason */
  mixSamples(wish: MixWish, signal: AbortSignal): Promise<Uint8Array>;
  /** What stands before samples of 16 bits in a WAV file. */
  wavHeader(file: { sample_rate: number; channels: 1 | 2; frames: number }): Uint8Array;
}
