/** A data folder in the hands of a command: what speech, recordings and the library's sounds are read from and kept in. */
import { BookDefaultsRepository } from '#lib/audiobooks/book-defaults.repository.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { NO_CACHE } from '#lib/cache/invalidation.ts';
import type { Config } from '#lib/config/config.ts';
import { KnownVoices } from '#lib/engines/known-voices.ts';
import { SpeechFolder } from '#lib/engines/speech-folder.ts';
import { SpeechStore } from '#lib/engines/speech-store.ts';
import { PcmFolder } from '#lib/mixdown/pcm-folder.ts';
import { PcmStore } from '#lib/mixdown/pcm-store.ts';
import { RendersRepository } from '#lib/renders/renders.repository.ts';
import { SpeechFactsRepository } from '#lib/renders/speech-facts.repository.ts';
import { SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import { openDatabase } from '#lib/storage/database.ts';
import { DiskBlobStore } from '#lib/storage/disk-blob-store.ts';
import { takeFolder, type FolderLock } from '#lib/storage/folder-lock.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { sweepFolder } from '#lib/storage/sweep.ts';
import { CommandError } from './exit-codes.ts';

export type DataFolder = Awaited<ReturnType<typeof openDataFolder>>;

/**
 * Takes the folder as a server does, so that neither works on what the other holds; it is made where it is not there.
 *
 * @throws CommandError where a server has it
 */
export async function openDataFolder(
  config: Pick<Config, 'dataDir' | 'shared' | 'speech' | 'mixing'>,
  { clock, onProblem }: { clock: Clock; onProblem: (what: string, error: unknown) => void },
) {
  const { dataDir: folder } = config;
  const lock = take(config);
  try {
    const { instanceId } = lock;
    const database = await openDatabase(folder);
    const pending = new PendingBlobs(database, { instanceId, clock });
    const blobs = new DiskBlobStore({ folder, instanceId });
    // Read only, so no cache of a server that shares the folder has to hear of it.
    const sounds = new SoundsRepository(database, { clock, pending, invalidation: NO_CACHE });
    const renders = new RendersRepository(database, { clock, pending, instanceId });
    const refersTo = (keys: readonly string[]) => [...sounds.referredBlobs(keys), ...renders.referredBlobs(keys)];
    await sweepFolder({ folder, lock, pending, blobs, refersTo });
    const speechFolder = new SpeechFolder({ folder, instanceId, clock });
    const speech = new SpeechStore({ folder: speechFolder, maxBytes: config.speech.cacheMaxBytes, onProblem });
    const pcm = new PcmStore({
      folder: new PcmFolder({ folder, instanceId, clock }),
      maxBytes: config.mixing.pcmCacheMaxBytes,
      onProblem,
    });
    return {
      blobs,
      sounds,
      speechFolder,
      speech,
      facts: new SpeechFactsRepository(database),
      knownVoices: new KnownVoices({ folder, instanceId }),
      bookDefaults: new BookDefaultsRepository(database, clock),
      pcm,
      async close() {
        await speech.settled();
        await pcm.settled();
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function take({ dataDir, shared }: Pick<Config, 'dataDir' | 'shared'>): FolderLock {
  try {
    return takeFolder(dataDir, { shared, url: 'the command line' });
  } catch (error) {
    if (!isAppError(error) || error.code !== 'storage.folder_in_use') throw error;
    const { pid, url } = error.details;
    const who = pid === undefined ? 'another process' : `process ${pid} at ${url}`;
    const remedy =
      typeof url === 'string' && /^https?:/.test(url)
        ? `Let it do the work with --server ${url}, or keep speech in another folder with --data.`
        : 'Wait for it, or keep speech in another folder with --data.';
    throw new CommandError(`The data folder ${dataDir} is in use by ${who}. ${remedy}`, { cause: error });
  }
}
