/** Sounds for tests: a repository on a fresh folder, and made-up sounds with only what a test cares about. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import { openDatabase, type Database } from '#lib/storage/database.ts';
import { NO_CACHE, type Invalidation } from '#lib/cache/invalidation.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { NO_SETTINGS, type SoundFacts, type SoundKind, type SoundQuery, type SoundSettings } from './sound.ts';
import type { ListLimits } from './sounds.list.repository.ts';
import { SoundsRepository, type NewSound } from './sounds.repository.ts';

export interface TestLibrary extends AsyncDisposable {
  folder: string;
  database: Database;
  pending: PendingBlobs;
  sounds: SoundsRepository;
}

export async function testLibrary(
  options: { clock?: Clock; limits?: ListLimits; invalidation?: Invalidation } = {},
): Promise<TestLibrary> {
  const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-sounds-'));
  const clock = options.clock ?? systemClock;
  const database = await openDatabase(folder, { durable: false });
  const pending = new PendingBlobs(database, { instanceId: 'test', clock });
  const { limits, invalidation = NO_CACHE } = options;
  const sounds = new SoundsRepository(database, { clock, pending, invalidation, ...(limits && { limits }) });
  return {
    folder,
    database,
    pending,
    sounds,
    async [Symbol.asyncDispose]() {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface SoundOptions {
  kind?: SoundKind;
  id?: NewSound['id'];
  settings?: Partial<SoundSettings>;
  facts?: Partial<SoundFacts>;
  allowDuplicate?: boolean;
}

export function newSound({ kind = 'effects', id, settings, facts, allowDuplicate }: SoundOptions = {}): NewSound {
  const name = settings?.name ?? 'Door knock';
  return {
    kind,
    id: id ?? { derived: 'door-knock' },
    settings: { ...NO_SETTINGS, ...settings, name },
    facts: {
      content_type: 'audio/wav',
      codec: 'pcm_s16le',
      size: 1000,
      sha256: (randomId() + randomId()).slice(0, 64),
      length: 1.5,
      sample_rate: 44_100,
      channels: 2,
      bit_depth: 16,
      peak_dbfs: -1,
      loudness_lufs: null,
      original_filename: 'knock.wav',
      ...facts,
    },
    waveform: { samples_per_pixel: 256, peaks: Uint8Array.of(1, 2, 3), picture: Uint8Array.of(4, 5) },
    blob_key: randomId(),
    ...(allowDuplicate !== undefined && { allowDuplicate }),
  };
}

export function soundQuery(query: Partial<SoundQuery> = {}): SoundQuery {
  return { sort: 'newest', limit: 50, page: 1, tags: [], ...query };
}
