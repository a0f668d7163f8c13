import type { AudioFormat } from '#lib/codecs/codec.ts';
import type { KnownSound, SoundRoom } from '#lib/script/script.ts';

/** Where the sounds of a script come from: the library, or a folder. */
export interface SoundShelf {
  /** Those of them that there are, by id. Nothing else happens meanwhile, so whoever wants thousands asks for some at a time. */
  find(room: SoundRoom, ids: readonly string[]): ReadonlyMap<string, ShelvedSound>;
  /** Ids to suggest from; may be some of them only. */
  ids(room: SoundRoom): Iterable<string>;
}

/** A sound with what a timeline and a mixer need of it. */
export interface ShelvedSound extends KnownSound {
  /** Of the recording, at its own rate; at least 1. */
  frames: number;
  /** Hertz. */
  sampleRate: number;
  /** Of the bytes. */
  sha256: string;
  /** @throws AppError where the recording is gone */
  open(): Promise<OpenRecording>;
}

/** A recording as a file, for as long as it is held. */
export interface OpenRecording {
  path: string;
  format: AudioFormat;
  release(): Promise<void>;
}
