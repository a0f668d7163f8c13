import { waveformJson, type WaveformJson } from '#lib/audio/waveform.ts';
import type { Clock } from '#lib/base/clock.ts';
import { strongMatch } from '#lib/base/entity-tags.ts';
import { AppError } from '#lib/base/errors.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import {
  SOUND_KINDS,
  type CategoryCounts,
  type LengthCounts,
  type Sound,
  type SoundKind,
  type SoundList,
  type SoundPatch,
  type SoundQuery,
  type SoundsChange,
  type SoundsChanged,
} from './sound.ts';
import type { SoundsRepository, StoredSound } from './sounds.repository.ts';

/** How long a deleted sound can be brought back. */
export const KEEP_DELETED_DAYS = 30;

export interface SoundWithTag {
  sound: Sound;
  /** Strong entity tag of this version. */
  etag: string;
}

export interface SoundsServiceOptions {
  repository: SoundsRepository;
  blobs: BlobStore;
  pending: PendingBlobs;
  clock: Clock;
}

/** What can be wished of the library, uploads aside. */
export class SoundsService {
  readonly #repository: SoundsRepository;
  readonly #blobs: BlobStore;
  readonly #pending: PendingBlobs;
  readonly #clock: Clock;

  constructor({ repository, blobs, pending, clock }: SoundsServiceOptions) {
    this.#repository = repository;
    this.#blobs = blobs;
    this.#pending = pending;
    this.#clock = clock;
  }

  /** @throws AppError `request.invalid` for a cursor or a page that cannot be */
  list(kind: SoundKind, query: SoundQuery): SoundList {
    const { items, total, total_exact, has_more, next_cursor, page } = this.#repository.list(kind, query);
    return { items: items.map(toSound), total, total_exact, limit: query.limit, page, has_more, next_cursor };
  }

  /** @throws AppError `sound.not_found` */
  get(kind: SoundKind, id: string): SoundWithTag {
    return withTag(this.#find(kind, id));
  }

  totals(): Record<SoundKind, number> {
    const { effects, background } = this.#repository.totals();
    return { effects: effects.count, background: background.count };
  }

  /** Categories and tags in use, of one kind or of both. */
  categories(kind?: SoundKind): CategoryCounts {
    const { categories, tags } = this.#repository.categories();
    const ours = (row: { kind: SoundKind }) => kind === undefined || row.kind === kind;
    return { categories: categories.filter(ours), tags: tags.filter(ours) };
  }

  /** How many sounds are how long, of one kind or of both. */
  lengths(kind?: SoundKind): LengthCounts {
    const kinds = kind === undefined ? SOUND_KINDS : [kind];
    return { lengths: kinds.flatMap(one => this.#repository.lengths(one)) };
  }

  /**
   * @param ifMatch the `If-Match` header: the change is made only to a version that it names
   * @throws AppError `sound.not_found`, `sound.precondition_failed`, `sound.invalid`
   */
  async update(kind: SoundKind, id: string, patch: SoundPatch, ifMatch: string | null): Promise<SoundWithTag> {
    const current = this.#find(kind, id);
    const revision = expectedRevision(current, ifMatch);
    checkTrim({ ...current, ...definedOf(patch) });
    return withTag(await this.#repository.update(kind, id, patch, revision));
  }

  /** Changes several sounds at once; one that cannot be changed does not keep the others from it. */
  async changeMany(kind: SoundKind, change: SoundsChange): Promise<SoundsChanged> {
    const { changed, failed } = await this.#repository.changeMany(kind, change);
    return {
      changed: changed.map(({ before: { id, category, tags }, after }) => ({
        id,
        before: { category, tags },
        sound: after.deleted_at === null ? toSound(after) : null,
      })),
      failed: failed.map(({ id, error }) => ({ id, code: error.code, detail: error.message })),
    };
  }

  /** Recoverable by {@link restore} for 30 days. @throws AppError `sound.not_found`, `sound.precondition_failed` */
  async remove(kind: SoundKind, id: string, ifMatch: string | null): Promise<void> {
    const revision = ifMatch === null ? undefined : expectedRevision(this.#find(kind, id), ifMatch);
    await this.#repository.remove(kind, id, revision);
  }

  /** @throws AppError `sound.not_found`, `sound.id_taken` */
  async restore(kind: SoundKind, id: string): Promise<SoundWithTag> {
    return withTag(await this.#repository.restore(kind, id));
  }

  /** The recording of a sound: its facts, and how to read a part of it. @throws AppError `sound.not_found` */
  audio(kind: SoundKind, id: string) {
    const { blob_key, content_type, size, sha256, original_filename } = this.#find(kind, id);
    return {
      content_type,
      size,
      sha256,
      original_filename,
      /** Bytes `start` to `end`, exclusive. */
      read: (start: number, end: number) => this.#blobs.read(blob_key, { start, end }),
    };
  }

  /** @throws AppError `sound.not_found` */
  peaks(kind: SoundKind, id: string): { peaks: WaveformJson; sha256: string } {
    const { sample_rate, sha256 } = this.#find(kind, id);
    const { peaks, samples_per_pixel } = this.#waveform(kind, id);
    return { peaks: waveformJson(new Int8Array(peaks), sample_rate, samples_per_pixel), sha256 };
  }

  /** WebP. @throws AppError `sound.not_found` */
  picture(kind: SoundKind, id: string): { picture: Uint8Array; sha256: string } {
    const { sha256 } = this.#find(kind, id);
    return { picture: this.#waveform(kind, id).picture, sha256 };
  }

  /** Forgets for ever what was deleted more than 30 days ago, a few at a time. Returns how many. */
  async purgeExpired(signal?: AbortSignal): Promise<number> {
    const before = new Date(this.#clock.now().getTime() - KEEP_DELETED_DAYS * 24 * 3600 * 1000).toISOString();
    let purged = 0;
    for (;;) {
      const batch = this.#repository.deletedBefore(before);
      if (batch.length === 0) return purged;
      for (const { seq } of batch) {
        if (signal?.aborted === true) return purged;
        const keys = await this.#repository.purge(seq);
        for (const key of keys) await this.#blobs.delete(key);
        await this.#pending.finish(keys);
        purged += 1;
      }
    }
  }

  #find(kind: SoundKind, id: string): StoredSound {
    const found = this.#repository.find(kind, id);
    if (found === undefined) throw notFound(kind, id);
    return found;
  }

  #waveform(kind: SoundKind, id: string) {
    const found = this.#repository.waveform(kind, id);
    if (found === undefined) throw notFound(kind, id);
    return found;
  }
}

/**
 * The revision that a change must find, so that nobody slips in between the check and the write; undefined for any.
 *
 * @throws AppError `sound.precondition_failed`
 */
export function expectedRevision(current: StoredSound, ifMatch: string | null): number | undefined {
  if (ifMatch === null || ifMatch.trim() === '*') return undefined;
  if (strongMatch(ifMatch, tagOf(current))) return current.revision;
  throw new AppError(
    'sound.precondition_failed',
    `${current.id} was changed meanwhile. Load it again, then repeat your change.`,
  );
}

/** @throws AppError `sound.invalid` where the trim leaves nothing to play */
export function checkTrim({ start_at, end_at, length }: Pick<StoredSound, 'start_at' | 'end_at' | 'length'>): void {
  if (start_at !== null && start_at >= length) {
    throw invalid('start_at', `must be less than the length, ${length} s`);
  }
  if (end_at !== null && end_at <= (start_at ?? 0)) throw invalid('end_at', 'must be more than start_at');
}

function invalid(path: string, message: string): AppError {
  return new AppError('sound.invalid', `${path} ${message}`, { issues: [{ path, message }] });
}

export function notFound(kind: SoundKind, id: string): AppError {
  return new AppError('sound.not_found', `There is no sound ${id} among ${kind}.`);
}

export function withTag(stored: StoredSound): SoundWithTag {
  return { sound: toSound(stored), etag: tagOf(stored) };
}

/** `seq` tells a sound from a later one of the same id. */
function tagOf({ seq, revision }: StoredSound): string {
  return `"${seq}.${revision}"`;
}

function toSound(stored: StoredSound): Sound {
  const { seq: _seq, deleted_at: _deleted, revision: _revision, blob_key: _blob, cover_key, ...rest } = stored;
  const base = `/api/sounds/${stored.kind}/${stored.id}`;
  return {
    ...rest,
    audio_url: `${base}/audio?v=${stored.sha256}`,
    waveform_url: `${base}/waveform.webp?v=${stored.sha256}`,
    cover_url: cover_key === null ? null : `${base}/cover`,
  };
}

function definedOf(patch: SoundPatch): Partial<StoredSound> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
