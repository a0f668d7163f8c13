import 'server-only';
import { availableParallelism } from 'node:os';
import { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import { AudiobooksService } from '#lib/audiobooks/audiobooks.service.ts';
import { BookDefaultsRepository } from '#lib/audiobooks/book-defaults.repository.ts';
import { BookDefaultsService } from '#lib/audiobooks/book-defaults.service.ts';
import { LibraryShelf } from '#lib/audiobooks/library-shelf.service.ts';
import { ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { Config } from '#lib/config/config.ts';
import type { SpeechFolder } from '#lib/engines/speech-folder.ts';
import type { Logger } from '#lib/logging/logger.ts';
import type { MemoryMonitor } from '#lib/memory/memory-monitor.ts';
import { renderMetrics } from '#lib/metrics/renders.ts';
import { PcmFolder } from '#lib/mixdown/pcm-folder.ts';
import { PcmStore } from '#lib/mixdown/pcm-store.ts';
import { BookAudio } from '#lib/renders/book-audio.service.ts';
import { Mixdown } from '#lib/renders/mixing.service.ts';
import { PreviewsService } from '#lib/renders/previews.service.ts';
import { RenderJobs } from '#lib/renders/render-job.service.ts';
import { RENDER_STAGES } from '#lib/renders/render.ts';
import { RenderQueue } from '#lib/renders/render-queue.service.ts';
import type { RendersRepository } from '#lib/renders/renders.repository.ts';
import { RendersService } from '#lib/renders/renders.service.ts';
import { RoomCheck } from '#lib/renders/room-check.service.ts';
import { SpeechFactsRepository } from '#lib/renders/speech-facts.repository.ts';
import { UnitSpeech } from '#lib/renders/unit-speech.service.ts';
import type { SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { Database } from '#lib/storage/database.ts';
import type { FolderLock } from '#lib/storage/folder-lock.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { VoicesService } from '#lib/voices/voices.service.ts';
import { RenderFeed } from './render-feed.ts';

export interface BooksOptions {
  config: Config;
  clock: Clock;
  logger: Logger;
  database: Database;
  pending: PendingBlobs;
  blobs: BlobStore;
  lock: Pick<FolderLock, 'instanceId' | 'isAlive'>;
  sounds: SoundsRepository;
  voices: VoicesService;
  speechFolder: SpeechFolder;
  freeBytes: () => Promise<number>;
  renders: RendersRepository;
}

/** Enough that every thread and every engine has something to say. */
const UNITS_AT_ONCE = availableParallelism() + 2;

/** Books and everything that makes audio of them, in reading order. */
export function composeBooks({
  config,
  clock,
  logger,
  database,
  pending,
  blobs,
  lock,
  sounds,
  voices,
  speechFolder,
  freeBytes,
  renders: repository,
}: BooksOptions) {
  const { instanceId } = lock;
  const onProblem = (what: string, error: unknown) => logger.warn({ err: error }, what);
  const books = new AudiobooksRepository(database, { clock });
  const defaults = new BookDefaultsRepository(database, clock);
  const observer = renderMetrics({
    ends: ['completed', 'failed', 'cancelled'],
    states: ['queued', 'running', 'paused'],
    sources: ['reused', 'synthesised', 'failed'],
    stages: RENDER_STAGES,
    counts: () => repository.counts(),
  });

  const scripts = new ScriptReader({
    voices: {
      find: (name, signal) => voices.find(name, signal),
      ids: async signal => (await voices.list({}, signal)).voices.map(({ id }) => id),
    },
    sounds: new LibraryShelf(sounds, blobs),
    settle: settings => defaults.settle(settings),
  });
  const speech = new UnitSpeech({
    speaker: voices,
    facts: new SpeechFactsRepository(database),
    hashOf: key => speechFolder.hash(key),
  });
  const pcm = new PcmStore({
    folder: new PcmFolder({ folder: config.dataDir, instanceId, clock }),
    maxBytes: config.mixing.pcmCacheMaxBytes,
    onProblem,
  });
  const mixing = new Mixdown(pcm);
  const audio = new BookAudio({ speech, mixing });
  const room = new RoomCheck({ freeBytes, recordings: pcm });
  const all = { scripts, speech, audio, mixing, blobs, pending, room, clock, observer };

  // The queue, its work and who is asked about it know each other; they are made before the first of them does anything.
  const jobs: RenderJobs = new RenderJobs({
    ...all,
    repository,
    unitsAtOnce: UNITS_AT_ONCE,
    pass: signal => queue.pass(signal),
    onChange: (render, progress) => renders.changed(render, progress),
    onProblem,
  });
  const queue: RenderQueue = new RenderQueue({
    repository,
    run: (render, signal) => jobs.run(render, signal),
    concurrency: config.renders.concurrency,
    isAlive: id => lock.isAlive(id),
    onLeft: id => renders.left(id),
    onProblem,
  });
  const renders: RendersService = new RendersService({
    ...all,
    repository,
    books,
    queue,
    keepDays: config.renders.keepDays,
  });
  const audiobooks = new AudiobooksService({
    repository: books,
    scripts,
    clock,
    onRemoved: id => renders.cancelAllOf(id),
  });

  return {
    repository: books,
    audiobooks,
    bookDefaults: new BookDefaultsService(defaults),
    renders,
    previews: new PreviewsService({ ...all, books }),
    renderFeed: new RenderFeed(renders),
    pcm,
    /** Forgets what was measured of speech that is not kept any more. */
    forgetGoneSpeech: () => speech.forgetGone(),
    /** Takes up what a killed server left, once this one runs; holds back where memory is scarce. */
    start(monitor: Pick<MemoryMonitor, 'onPressure'>) {
      monitor.onPressure(level => queue.hold(level !== 'calm'));
      queue.start();
    },
    async close() {
      await queue.close();
      await pcm.settled();
    },
  };
}
