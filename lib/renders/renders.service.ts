import type { Clock } from '#lib/base/clock.ts';
import { AppError, isAppError } from '#lib/base/errors.ts';
import type { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import { bookNotFound } from '#lib/audiobooks/audiobooks.errors.ts';
import type { ReadScript, ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { BookAudio } from './book-audio.service.ts';
import type { Render, RenderList, RenderWish } from './render.ts';
import { isOver } from './render.ts';
import { partsOf, unitsNeeded } from './render-parts.service.ts';
import { shareOfUnits, type RenderProgress } from './render-progress.ts';
import type { RenderQueue } from './render-queue.service.ts';
import { noAudioYet, renderNotFound, scriptHasErrors } from './renders.errors.ts';
import type { RenderFilter, RendersRepository, StoredRender } from './renders.repository.ts';
import type { RoomCheck } from './room-check.service.ts';
import type { RendersObserver } from './renders-observer.ts';

export interface RendersServiceOptions {
  repository: RendersRepository;
  books: Pick<AudiobooksRepository, 'find'>;
  scripts: ScriptReader;
  audio: BookAudio;
  queue: RenderQueue;
  blobs: BlobStore;
  pending: PendingBlobs;
  room: RoomCheck;
  clock: Clock;
  observer: RendersObserver;
  /** Days that a render stays after it was over; undefined keeps it until somebody removes it. */
  keepDays: number | undefined;
}

const DAY_MS = 24 * 3600_000;

/** What can be wished of renders. */
export class RendersService {
  readonly #options: RendersServiceOptions;
  readonly #live = new Map<string, RenderProgress>();
  readonly #followers = new Map<string, Set<(render: Render) => void>>();

  constructor(options: RendersServiceOptions) {
    this.#options = options;
  }

  /** @throws AppError `request.invalid` for a cursor that is none */
  list({ limit, cursor, ...filter }: RenderFilter & { limit: number; cursor?: string | undefined }): RenderList {
    const { repository } = this.#options;
    const found = repository.list(filter, limit + 1, cursor === undefined ? undefined : placeOf(cursor));
    const items = found.slice(0, limit);
    const has_more = found.length > limit;
    return {
      items: items.map(one => this.#shown(one)),
      total: repository.count(filter),
      total_exact: true,
      limit,
      has_more,
      next_cursor: has_more ? String(items.at(-1)!.seq) : null,
    };
  }

  /** @throws AppError `render.not_found` */
  get(id: string): Render {
    return this.#shown(this.#find(id));
  }

  /**
   * Puts a render of a book as it is now at the end of the queue.
   *
   * @throws AppError `book.not_found`, `script.has_errors`, `render.invalid`, `storage.full`; the signal's reason
   */
  async create(bookId: string, wish: RenderWish, signal?: AbortSignal): Promise<Render> {
    const { repository, books, audio, room, queue } = this.#options;
    const book = books.find(bookId);
    if (book === undefined) throw bookNotFound(bookId);
    const read = await this.#readWhole(book, signal);
    const timeline = audio.timeline(read, [], wish.sample_rate);
    const units = unitsNeeded(wish, read.plan, timeline);
    // A range may lie behind what is only an estimate of the end, so that is asked when it is known.
    const seconds =
      wish.range === undefined
        ? partsOf(wish, timeline).reduce((sum, { from, to }) => sum + to - from, 0) / wish.sample_rate
        : 0;
    await room.check({ seconds, wish });
    // Whole, so that no default that is changed meanwhile changes it.
    const { settings } = read;
    const render = await repository.insert(bookId, { ...book, settings }, wish, units);
    await queue.advance();
    return this.get(render.id);
  }

  /** @throws AppError `render.not_found`, `render.wrong_state` */
  async pause(id: string): Promise<Render> {
    return this.#ask(id, ['queued', 'running'], 'paused');
  }

  /** @throws AppError `render.not_found`, `render.wrong_state` */
  async resume(id: string): Promise<Render> {
    const { repository, queue } = this.#options;
    this.#tell(
      await repository.ask(
        id,
        ['paused', 'failed', 'cancelled'],
        { status: 'queued', error: null, failures: [] },
        'resumed',
      ),
    );
    await queue.advance();
    return this.get(id);
  }

  /**
   * Cancels a render, or removes one that is over, with its files.
   *
   * @returns the cancelled one; undefined where it was removed
   * @throws AppError `render.not_found`
   */
  async remove(id: string): Promise<Render | undefined> {
    if (!isOver(this.#find(id))) return this.#cancel(id);
    await this.#forget(id);
    return undefined;
  }

  /** Cancels what is not over of a book's renders. What ends by itself meanwhile stays. */
  async cancelAllOf(bookId: string): Promise<void> {
    const ids = this.#options.repository.waitingOf(bookId);
    // All at once: while one stops, none of the others is taken up.
    await Promise.all(ids.map(id => this.#cancel(id).catch(unlessOvertaken)));
  }

  /**
   * A finished file.
   *
   * @param number of the output, from 1
   * @throws AppError `render.not_found`, `render.not_completed`
   */
  audio(id: string, number: number) {
    const { status, outputs } = this.#find(id);
    const output = outputs[number - 1];
    if (status !== 'completed' || output === undefined) throw noAudioYet(status);
    const { name, content_type, size, sha256, blob_key } = output;
    return {
      name,
      content_type,
      size,
      sha256,
      /** Bytes `start` to `end`, exclusive. */
      read: (start: number, end: number) => this.#options.blobs.read(blob_key, { start, end }),
    };
  }

  /**
   * JSON of a `BookTimeline`, UTF-8, read as it is asked for: a long one takes longer than others should wait.
   *
   * @throws AppError `render.not_found`, `render.not_completed` before everything was spoken
   */
  timeline(id: string): AsyncIterable<Uint8Array> {
    const { status } = this.#find(id);
    const timeline = this.#options.repository.timeline(id);
    if (timeline === undefined) throw noAudioYet(status);
    return timeline;
  }

  /** Calls back at each change of a render. @returns the way out */
  follow(id: string, listener: (render: Render) => void): () => void {
    const all = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) this.#followers.delete(id);
    };
  }

  /** To be told by whoever works on a render. */
  changed(render: StoredRender, progress: RenderProgress): void {
    this.#live.set(render.id, progress);
    this.#tell(render);
  }

  /** To be told when nobody works on a render here any more, however that came about. */
  left(id: string): void {
    this.#live.delete(id);
    const render = this.#options.repository.find(id);
    if (render !== undefined) this.#tell(render);
  }

  /** Removes what has been over for longer than renders are kept. @returns how many */
  async purgeExpired(): Promise<number> {
    const { keepDays, clock, repository } = this.#options;
    if (keepDays === undefined) return 0;
    const before = new Date(clock.now().getTime() - keepDays * DAY_MS).toISOString();
    let purged = 0;
    for (let ids = repository.overBefore(before); ids.length > 0; ids = repository.overBefore(before)) {
      for (const id of ids) await this.#forget(id).then(() => (purged += 1), unlessOvertaken);
    }
    return purged;
  }

  async #cancel(id: string): Promise<Render> {
    const cancelled = await this.#ask(id, ['queued', 'running', 'paused'], 'cancelled');
    this.#options.observer.ended('cancelled', { seconds: 0, audioSeconds: 0 });
    return cancelled;
  }

  /** @throws AppError `render.not_found`, `render.wrong_state` where it is not over */
  async #forget(id: string): Promise<void> {
    const { repository, blobs, pending } = this.#options;
    const keys = await repository.remove(id);
    for (const key of keys) await blobs.delete(key);
    await pending.finish(keys);
  }

  async #ask(
    id: string,
    from: readonly ('queued' | 'running' | 'paused')[],
    status: 'paused' | 'cancelled',
  ): Promise<Render> {
    const { repository, queue } = this.#options;
    const render = await repository.ask(id, from, { status }, status);
    this.#live.delete(id);
    this.#tell(render);
    await queue.stop(id);
    await queue.advance();
    return this.#shown(render);
  }

  async #readWhole(book: Parameters<ScriptReader['read']>[0], signal: AbortSignal | undefined): Promise<ReadScript> {
    const read = await this.#options.scripts.read(book, signal);
    if (read.diagnostics.some(({ severity }) => severity === 'error')) throw scriptHasErrors(read.diagnostics);
    return read;
  }

  #find(id: string): StoredRender {
    const render = this.#options.repository.find(id);
    if (render === undefined) throw renderNotFound(id);
    return render;
  }

  #tell(render: StoredRender): void {
    const followers = this.#followers.get(render.id);
    if (followers === undefined) return;
    const shown = this.#shown(render);
    for (const listener of followers) listener(shown);
  }

  #shown({ seq: _seq, instance_id: _instance, claim: _claim, ...render }: StoredRender): Render {
    const { status, units_reused, units_synthesised, units_total, failures, outputs, length } = render;
    const live = status === 'running' ? this.#live.get(render.id) : undefined;
    const done = units_reused + units_synthesised;
    return {
      ...render,
      progress: status === 'completed' ? 1 : (live?.share ?? shareOfUnits(done, units_total)),
      units_failed: failures.length,
      eta: live?.eta(length ?? 0) ?? null,
      outputs: outputs.map(({ blob_key: _key, ...output }, at) => ({
        ...output,
        url: `/api/renders/${render.id}/audio?output=${at + 1}&v=${output.sha256}`,
      })),
    };
  }
}

/** Somebody else was quicker: the render is over, goes on, or is gone. */
function unlessOvertaken(error: unknown): undefined {
  if (isAppError(error) && ['render.not_found', 'render.wrong_state'].includes(error.code)) return undefined;
  throw error;
}

function placeOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('request.invalid', 'cursor is not one that this list gave', {
    issues: [{ path: 'cursor', message: 'is not one that this list gave' }],
  });
}
