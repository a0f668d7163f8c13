import 'server-only';
import { randomBytes } from 'node:crypto';
import { scriptPool } from '#lib/audiobooks/script-thread.service.ts';
import { AuthService } from '#lib/auth/auth.service.ts';
import { systemClock } from '#lib/base/clock.ts';
import { cacheLog } from '#lib/cache/cache-log.ts';
import { MemoryCacheStore } from '#lib/cache/memory-cache-store.ts';
import { RedisCacheStore } from '#lib/cache/redis-cache-store.ts';
import { ResponseCache } from '#lib/cache/response-cache.ts';
import { SharedEpoch } from '#lib/cache/shared-epoch.ts';
import { analysisPool } from '#lib/codecs/analysis.ts';
import { configFromEnvironment } from '#lib/config/env.ts';
import { secretFile } from '#lib/config/secret-file.ts';
import { createEngines } from '#lib/engines/create-engines.ts';
import { KnownVoices } from '#lib/engines/known-voices.ts';
import { speechAudioPool } from '#lib/engines/speech-audio.ts';
import { SpeechFolder } from '#lib/engines/speech-folder.ts';
import { SpeechStore } from '#lib/engines/speech-store.ts';
import { createLogger } from '#lib/logging/logger.ts';
import { cacheMetrics, observeCache } from '#lib/metrics/caches.ts';
import { observeDisk } from '#lib/metrics/disk.ts';
import { observeLibrary } from '#lib/metrics/library.ts';
import { memoryMetrics } from '#lib/metrics/memory.ts';
import { describeProcess } from '#lib/metrics/process.ts';
import { speechMetrics } from '#lib/metrics/speech.ts';
import { uploadMetrics } from '#lib/metrics/uploads.ts';
import { observeWorkers } from '#lib/metrics/workers.ts';
import { mixPool, streamPool } from '#lib/mixdown/mix.ts';
import { pcmPool } from '#lib/mixdown/pcm-making.ts';
import { RendersRepository } from '#lib/renders/renders.repository.ts';
import { SOUND_KINDS } from '#lib/sounds/sound.ts';
import { SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import { SoundsService } from '#lib/sounds/sounds.service.ts';
import { SampleBookService } from '#lib/starter/sample-book.service.ts';
import { StarterRepository } from '#lib/starter/starter.repository.ts';
import { StarterService } from '#lib/starter/starter.service.ts';
import { openDatabase } from '#lib/storage/database.ts';
import { DiskBlobStore, TEMPORARY_FOLDER } from '#lib/storage/disk-blob-store.ts';
import { freeBytes } from '#lib/storage/disk-space.ts';
import { takeFolder } from '#lib/storage/folder-lock.ts';
import { pathWithin } from '#lib/storage/path-containment.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { sweepFolder } from '#lib/storage/sweep.ts';
import { UploadsService } from '#lib/uploads/uploads.service.ts';
import { UPLOAD_OUTCOMES } from '#lib/uploads/uploads-observer.ts';
import { VOICES_TAG } from '#lib/voices/voices.ts';
import { SPEECH_OUTCOMES } from '#lib/voices/speech-outcomes.ts';
import { VoicesService } from '#lib/voices/voices.service.ts';
import pkg from '../../package.json' with { type: 'json' };
import { Caches } from './caches.ts';
import { composeBooks } from './books.ts';
import { Readiness } from './readiness.ts';
import { readinessChecks } from './readiness-checks.ts';
import { Memory } from './memory.ts';
import type { Services } from './services.ts';
import { System } from './system.ts';

/** The composition root: who gets what, in reading order. */
export async function compose(): Promise<Services> {
  const { config, secrets } = configFromEnvironment();
  const clock = systemClock;
  const logger = createLogger(config.logLevel);

  const lock = takeFolder(config.dataDir, {
    shared: config.shared,
    url: config.publicUrl ?? `http://${config.host}:${config.port}`,
  });
  const { instanceId } = lock;
  const database = await openDatabase(config.dataDir);
  const pending = new PendingBlobs(database, { instanceId, clock });
  const cache = new ResponseCache({
    store: observer => {
      const { redisUrl: url } = secrets;
      if (url === undefined) return new MemoryCacheStore({ ...config.cache, clock, observer });
      const epoch = new SharedEpoch({
        file: pathWithin(config.dataDir, 'cache-epoch'),
        draft: pathWithin(config.dataDir, TEMPORARY_FOLDER, instanceId, 'cache-epoch'),
      });
      return new RedisCacheStore({ ...config.cache, url, epoch, clock, observer });
    },
    clock,
    observers: [cacheLog(logger), cacheMetrics()],
    cleanupInterval: config.cache.cleanupInterval,
  });
  const repository = new SoundsRepository(database, { clock, pending, invalidation: cache.reads });
  const rendersRepository = new RendersRepository(database, { clock, pending, instanceId });
  const blobs = new DiskBlobStore({ folder: config.dataDir, instanceId });
  const sweep = () =>
    sweepFolder({
      folder: config.dataDir,
      lock,
      pending,
      blobs,
      refersTo: keys => [...repository.referredBlobs(keys), ...rendersRepository.referredBlobs(keys)],
    });
  const swept = await sweep();
  if (swept.files + swept.blobs > 0) logger.info(swept, 'swept what an earlier server left half-done');

  const { text: key } = await secretFile(config.dataDir, 'signing-key', () => randomBytes(32).toString('hex'));
  const adminToken = secrets.adminToken ?? (config.access === 'login' ? await ownToken(config.dataDir) : undefined);
  const { metricsToken } = secrets;
  const auth = new AuthService({
    access: config.access,
    adminToken,
    metricsToken,
    key: Buffer.from(key, 'hex'),
    clock,
  });

  const sounds = new SoundsService({ repository, blobs, pending, clock });
  const observer = uploadMetrics(SOUND_KINDS, UPLOAD_OUTCOMES);
  const uploads = new UploadsService({ repository, blobs, pending, clock, observer, ...config.upload });
  const starter = new StarterService({
    folder: config.dataDir,
    repository: new StarterRepository(database),
    uploads,
    logger,
    clock,
  });

  const owner = { folder: config.dataDir, instanceId };
  const told = (what: string, error: unknown) => logger.warn({ err: error }, what);
  const speechFolder = new SpeechFolder({ ...owner, clock });
  const speech = new SpeechStore({
    folder: speechFolder,
    maxBytes: config.speech.cacheMaxBytes,
    onProblem: told,
  });
  const engines = createEngines(config.speech.engines, { clock, keys: secrets.engineKeys });
  const voices = new VoicesService({
    engines,
    store: speech,
    known: new KnownVoices(owner),
    clock,
    observer: speechMetrics(
      engines.map(({ name }) => name),
      SPEECH_OUTCOMES,
    ),
    onProblem: told,
    onChange: () => void cache.reads.drop([VOICES_TAG]),
  });
  const free = () => freeBytes(config.dataDir);
  const { maxFileSize } = config.upload;
  const checks = readinessChecks({
    database,
    blobs,
    freeBytes: free,
    maxFileSize,
    pool: analysisPool(),
    cache: cache.store,
    voices,
    clock,
  });
  const readiness = new Readiness({ checks, clock, logger });
  describeProcess(pkg.version);
  observeCache(cache.store);
  observeLibrary(() => repository.totals());
  observeDisk(free);
  observeWorkers(() => analysisPool().stats());
  const memory = new Memory({
    config,
    clock,
    logger,
    cache: cache.store,
    pools: [analysisPool(), speechAudioPool(), pcmPool(), mixPool(), streamPool(), scriptPool()],
    sweep: async () => {
      const { files, blobs } = await sweep();
      return files + blobs;
    },
    observers: [memoryMetrics()],
  });

  const books = composeBooks({
    config,
    clock,
    logger,
    database,
    pending,
    blobs,
    lock,
    sounds: repository,
    voices,
    speechFolder,
    freeBytes: free,
    renders: rendersRepository,
  });
  const { audiobooks, bookDefaults, renders, renderFeed, previews } = books;
  const sampleBook = new SampleBookService({
    folder: config.dataDir,
    library: new StarterRepository(database),
    books: books.repository,
    hasVoice: async id => (await voices.find(id)) !== undefined,
    logger,
  });
  const caches = new Caches({ cache, speech, recordings: books.pcm });
  const system = new System({ version: pkg.version, clock, logger, memory, caches, readiness, uploads, renders });

  return {
    config,
    version: pkg.version,
    logger,
    clock,
    auth,
    cache,
    caches,
    memory,
    sounds,
    uploads,
    voices,
    audiobooks,
    bookDefaults,
    renders,
    previews,
    renderFeed,
    startRenders: () => books.start(memory.monitor),
    forgetGoneSpeech: () => books.forgetGoneSpeech(),
    starter,
    sampleBook,
    readiness,
    system,
    key: Buffer.from(key, 'hex'),
    async close() {
      memory.monitor.stop();
      await starter.close();
      await books.close();
      await voices.close();
      await speech.settled();
      await Promise.all(
        [speechAudioPool(), pcmPool(), mixPool(), streamPool(), scriptPool()].map(pool => pool.close()),
      );
      await cache.close();
      await database.close();
      lock.release();
    },
  };
}

/** Made once and printed once: on standard error, beside the log and not in it. */
async function ownToken(folder: string): Promise<string> {
  const { text, made } = await secretFile(folder, 'admin-token', () => randomBytes(24).toString('base64url'));
  if (made)
    console.error(
      `\n  Admin token, shown this once: ${text}\n  It is kept in the file admin-token of the data folder.\n`,
    );
  return text;
}
