/** Renders for tests: repositories on a fresh folder, as several servers have them, and a book to render. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import { systemClock } from '#lib/base/clock.ts';
import { openDatabase, type Database } from '#lib/storage/database.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { renderWish, type RenderWish } from './render.ts';
import { RendersRepository, type StoredOutput, type StoredRender } from './renders.repository.ts';

export const WISH = renderWish.parse({});

export interface TestRenders extends AsyncDisposable {
  folder: string;
  database: Database;
  pending: PendingBlobs;
  books: AudiobooksRepository;
  /** Of the instance `me`. */
  renders: RendersRepository;
  /** As another server has it. */
  of(instanceId: string): RendersRepository;
  /** A queued render of a new book. */
  queued(script?: string, wish?: Partial<RenderWish>): Promise<StoredRender>;
}

export async function testRenders(): Promise<TestRenders> {
  const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-renders-'));
  const clock = systemClock;
  const database = await openDatabase(folder, { durable: false });
  const pending = new PendingBlobs(database, { instanceId: 'me', clock });
  const books = new AudiobooksRepository(database, { clock });
  const of = (instanceId: string) => new RendersRepository(database, { clock, pending, instanceId });
  const renders = of('me');
  return {
    folder,
    database,
    pending,
    books,
    renders,
    of,
    async queued(script = '{{{voice:a}}}One. Two. Three.', wish = {}) {
      const book = await books.insert({ title: 'A book', author: null, script, cast: {}, settings: {} });
      return renders.insert(book.id, book, { ...WISH, ...wish }, 3);
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export function outputOf(blob_key: string): StoredOutput {
  return {
    name: 'A book.wav',
    content_type: 'audio/wav',
    size: 4,
    sha256: 'a'.repeat(64),
    length: 1,
    chapter: null,
    peak_dbfs: null,
    limited_db: 0,
    blob_key,
  };
}

export async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (bytes === undefined) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
  return text;
}
