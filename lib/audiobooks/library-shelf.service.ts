import { sniffFile } from '#lib/codecs/sniff.ts';
import type { SoundRoom } from '#lib/script/script.ts';
import type { SoundsRepository, StoredSound } from '#lib/sounds/sounds.repository.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { ShelvedSound, SoundShelf } from './sound-shelf.ts';

/** The sounds of the library, for scripts. */
export class LibraryShelf implements SoundShelf {
  readonly #sounds: Pick<SoundsRepository, 'findAll' | 'newestIds'>;
  readonly #blobs: Pick<BlobStore, 'openFile'>;

  constructor(sounds: Pick<SoundsRepository, 'findAll' | 'newestIds'>, blobs: Pick<BlobStore, 'openFile'>) {
    this.#sounds = sounds;
    this.#blobs = blobs;
  }

  find(room: SoundRoom, ids: readonly string[]): Map<string, ShelvedSound> {
    return new Map(this.#sounds.findAll(room, ids).map(sound => [sound.id, this.#shelved(sound)]));
  }

  ids(room: SoundRoom): Iterable<string> {
    return this.#sounds.newestIds(room, SUGGESTED_FROM);
  }

  #shelved({ blob_key, length, sample_rate: sampleRate, sha256, ...sound }: StoredSound): ShelvedSound {
    return {
      ...sound,
      length,
      sampleRate,
      sha256,
      frames: Math.max(1, Math.round(length * sampleRate)),
      open: async () => {
        const file = await this.#blobs.openFile(blob_key);
        const { format } = await sniffFile(file.path);
        return { path: file.path, format, release: () => file.release() };
      },
    };
  }
}

/** Names are compared one by one, and the newest are the likeliest to be meant. */
const SUGGESTED_FROM = 10_000;
