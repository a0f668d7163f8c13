import type { Clock } from '#lib/base/clock.ts';
import { strongMatch } from '#lib/base/entity-tags.ts';
import { AppError } from '#lib/base/errors.ts';
import type {
  Audiobook,
  AudiobookDraft,
  AudiobookList,
  AudiobookPatch,
  ScriptReport,
  ScriptToCheck,
} from './audiobook.ts';
import { bookChanged, bookNotFound } from './audiobooks.errors.ts';
import type { AudiobooksRepository, BookPlace, StoredBook } from './audiobooks.repository.ts';
import type { ScriptReader } from './script-reader.service.ts';
import { reportOf } from './script-report.ts';

/** How long a deleted book can be brought back. */
export const KEEP_DELETED_DAYS = 30;
const DAY_MS = 24 * 3600_000;

export interface BookWithTag {
  audiobook: Audiobook;
  /** Strong entity tag of this version. */
  etag: string;
}

export interface AudiobooksServiceOptions {
  repository: AudiobooksRepository;
  scripts: ScriptReader;
  clock: Clock;
  /** Told when a book was deleted: what is made of it is not wanted any more. */
  onRemoved?: (id: string) => Promise<void>;
}

/** What can be wished of books, renders aside. */
export class AudiobooksService {
  readonly #options: AudiobooksServiceOptions;

  constructor(options: AudiobooksServiceOptions) {
    this.#options = options;
  }

  /** @throws AppError `request.invalid` for a cursor that is none */
  list({ limit, cursor }: { limit: number; cursor?: string | undefined }): AudiobookList {
    const { repository } = this.#options;
    const found = repository.list(limit + 1, cursor === undefined ? undefined : placeOf(cursor));
    const items = found.slice(0, limit);
    const has_more = found.length > limit;
    return {
      items,
      total: repository.count(),
      total_exact: true,
      limit,
      has_more,
      next_cursor: has_more ? cursorOf(items.at(-1)!) : null,
    };
  }

  /** @throws AppError `book.not_found` */
  get(id: string): BookWithTag {
    return withTag(this.#find(id));
  }

  async create(draft: AudiobookDraft): Promise<BookWithTag> {
    return withTag(await this.#options.repository.insert(draft));
  }

  /**
   * @param ifMatch the `If-Match` header: the change is made only to a version that it names
   * @throws AppError `book.not_found`, `book.precondition_failed`
   */
  async update(id: string, patch: AudiobookPatch, ifMatch: string | null): Promise<BookWithTag> {
    return withTag(await this.#options.repository.update(id, patch, this.#expected(id, ifMatch)));
  }

  /** Recoverable by {@link restore} for 30 days. @throws AppError `book.not_found`, `book.precondition_failed` */
  async remove(id: string, ifMatch: string | null): Promise<void> {
    const { repository, onRemoved } = this.#options;
    await repository.remove(id, this.#expected(id, ifMatch));
    await onRemoved?.(id);
  }

  /** @throws AppError `book.not_found` */
  async restore(id: string): Promise<BookWithTag> {
    return withTag(await this.#options.repository.restore(id));
  }

  /** What is wrong with a script, and what it comes to. Speaks nothing. */
  async check(wish: ScriptToCheck, signal?: AbortSignal): Promise<ScriptReport> {
    return reportOf(await this.#options.scripts.read(wish, signal));
  }

  /** Forgets for ever what nobody brought back in time. @returns how many books */
  async purge(): Promise<number> {
    const { repository, clock } = this.#options;
    return repository.purge(new Date(clock.now().getTime() - KEEP_DELETED_DAYS * DAY_MS).toISOString());
  }

  #find(id: string): StoredBook {
    const book = this.#options.repository.find(id);
    if (book === undefined) throw bookNotFound(id);
    return book;
  }

  #expected(id: string, ifMatch: string | null): number | undefined {
    if (ifMatch === null) return undefined;
    const book = this.#find(id);
    if (!strongMatch(ifMatch, withTag(book).etag)) throw bookChanged();
    return book.revision;
  }
}

function withTag({ revision, ...audiobook }: StoredBook): BookWithTag {
  return { audiobook, etag: `"${audiobook.id}-${revision}"` };
}

function cursorOf({ updated_at, id }: BookPlace): string {
  return Buffer.from(JSON.stringify([updated_at, id])).toString('base64url');
}

function placeOf(cursor: string): BookPlace {
  try {
    const [updated_at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof updated_at === 'string' && typeof id === 'string') return { updated_at, id };
  } catch {
    // Told below.
  }
  throw new AppError('request.invalid', 'cursor is not one that this list gave', {
    issues: [{ path: 'cursor', message: 'is not one that this list gave' }],
  });
}
