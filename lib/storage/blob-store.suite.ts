import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from './blob-store.ts';

export interface BlobStoreUnderTest extends AsyncDisposable {
  store: BlobStore;
  /** Paths of everything that is stored or half-stored, to see that nothing is left behind. */
  leftovers(): Promise<string[]>;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const whole = async (stream: ReadableStream<Uint8Array>) => new Uint8Array(await new Response(stream).arrayBuffer());

/** What every blob store keeps. */
export function blobStoreSuite(name: string, create: () => Promise<BlobStoreUnderTest>): void {
  describe(`a blob store: ${name}`, () => {
    it('gives back the bytes it was given, whole and by ranges', async () => {
      await using under = await create();
      let n = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 90_000 }), { maxLength: 4 }),
          fc.nat(),
          fc.nat(),
          async (parts, a, b) => {
            const key = `key${(n += 1)}`;
            const expected = Buffer.concat(parts);
            await under.store.put(key, parts);
            expect(await under.store.stat(key)).toEqual({ size: expected.byteLength });
            expect(Buffer.compare(await whole(await under.store.read(key)), expected)).toBe(0);
            const [start = 0, end = 0] = [a % (expected.byteLength + 1), b % (expected.byteLength + 1)].sort(
              (x, y) => x - y,
            );
            const part = await whole(await under.store.read(key, { start, end }));
            expect(Buffer.compare(part, expected.subarray(start, end))).toBe(0);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('refuses ranges outside the blob', async () => {
      await using under = await create();
      await under.store.put('key', [bytesOf('12345')]);
      for (const range of [
        { start: 0, end: 6 },
        { start: -1, end: 2 },
        { start: 3, end: 2 },
      ]) {
        await expect(under.store.read('key', range)).rejects.toThrow(RangeError);
      }
    });

    it('says that a blob is missing', async () => {
      await using under = await create();
      expect(await under.store.stat('nothing')).toBeUndefined();
      await expect(under.store.read('nothing')).rejects.toMatchObject({ code: 'storage.blob_not_found' });
      await expect(under.store.openFile('nothing')).rejects.toMatchObject({ code: 'storage.blob_not_found' });
      await under.store.delete('nothing');
    });

    it('takes in a file that something else made, once it is whole', async () => {
      await using under = await create();
      const draft = await under.store.createDraft();
      await writeFile(draft.path, 'abcd');
      expect(await under.store.stat('key')).toBeUndefined();
      await draft.commit('key');
      await draft.discard();
      expect(await whole(await under.store.read('key'))).toEqual(bytesOf('abcd'));
      expect(await under.leftovers()).toEqual(['key']);

      const unmade = await under.store.createDraft();
      await expect(unmade.commit('other')).rejects.toThrow('ENOENT');
      const unwanted = await under.store.createDraft();
      await writeFile(unwanted.path, 'ab');
      await unwanted.discard();
      const misnamed = await under.store.createDraft();
      await writeFile(misnamed.path, 'ab');
      await expect(misnamed.commit('../key')).rejects.toThrow('not a blob key');
      expect(await under.leftovers()).toEqual(['key']);
    });

    it('gives a blob as a file', async () => {
      await using under = await create();
      await under.store.put('key', [bytesOf('abcd')]);
      const file = await under.store.openFile('key');
      expect(new Uint8Array(await readFile(file.path))).toEqual(new Uint8Array(bytesOf('abcd')));
      await file.release();
      expect(await whole(await under.store.read('key'))).toEqual(bytesOf('abcd'));
    });

    it('forgets what is deleted, but lets a reader finish', async () => {
      await using under = await create();
      const content = new Uint8Array(300_000).fill(7);
      await under.store.put('key', [content]);
      const reading = await under.store.read('key');
      await under.store.delete('key');
      expect(await under.store.stat('key')).toBeUndefined();
      expect(Buffer.compare(await whole(reading), content)).toBe(0);
      expect(await under.leftovers()).toEqual([]);
    });

    it('takes a temporary file in by a commit, once', async () => {
      await using under = await create();
      const temporary = await under.store.createTemporary();
      await Promise.all([temporary.write(bytesOf('ab')), temporary.write(bytesOf('cd')), temporary.write(bytesOf(''))]);
      expect(temporary.size).toBe(4);
      expect(await under.store.stat('key')).toBeUndefined();
      await temporary.commit('key');
      await temporary.discard();
      expect(await whole(await under.store.read('key'))).toEqual(bytesOf('abcd'));
      await expect(temporary.commit('other')).rejects.toThrow();
    });

    it('shows nothing of a blob before its commit', async () => {
      await using under = await create();
      const temporary = await under.store.createTemporary();
      await temporary.write(bytesOf('abcd'));
      for await (const key of under.store.list()) expect.unreachable(`${key} is listed`);
      await expect(under.store.read('key')).rejects.toMatchObject({ code: 'storage.blob_not_found' });
      await temporary.discard();
    });

    it('may be flushed at any time before its commit', async () => {
      await using under = await create();
      const temporary = await under.store.createTemporary();
      await temporary.flush();
      const writing = temporary.write(bytesOf('ab'));
      await Promise.all([temporary.flush(), writing, temporary.flush()]);
      await temporary.write(bytesOf('cd'));
      await temporary.flush();
      await temporary.commit('key');
      expect(await whole(await under.store.read('key'))).toEqual(bytesOf('abcd'));

      const discarded = await under.store.createTemporary();
      await discarded.write(bytesOf('ab'));
      const flushing = discarded.flush().catch(() => undefined);
      await discarded.discard();
      await flushing;
      expect(await under.leftovers()).toEqual(['key']);
    });

    it('takes many commits at once', async () => {
      await using under = await create();
      // Half of them share one beginning, and with it, in a store that has such a thing, one folder that nobody has made yet.
      const keys = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? `aa${n}` : `${n}aa`));
      await Promise.all(keys.map(key => under.store.put(key, [bytesOf(key), bytesOf('!')])));
      for (const key of keys) expect(await whole(await under.store.read(key))).toEqual(bytesOf(`${key}!`));
      expect((await under.leftovers()).sort()).toEqual([...keys].sort());
    });

    it('leaves nothing of what is discarded, fails or is aborted', async () => {
      await using under = await create();
      const temporary = await under.store.createTemporary();
      await temporary.write(bytesOf('ab'));
      await temporary.discard();
      await temporary.discard();

      async function* failing() {
        yield bytesOf('ab');
        throw new Error('the client went away');
      }
      await expect(under.store.put('key', failing())).rejects.toThrow('the client went away');

      const abort = new AbortController();
      async function* aborted() {
        yield bytesOf('ab');
        abort.abort(new Error('enough'));
        yield bytesOf('cd');
      }
      await expect(under.store.put('key', aborted(), { signal: abort.signal })).rejects.toThrow('enough');
      expect(await under.leftovers()).toEqual([]);
    });

    it.each(['..', 'a/b', '../escape', 'ab\0c', 'ABC', 'ab', '', '.hidden', 'a'.repeat(129), 'ab\\c'])(
      'refuses the key %j',
      async key => {
        await using under = await create();
        await expect(under.store.put(key, [bytesOf('x')])).rejects.toThrow('not a blob key');
        await expect(under.store.read(key)).rejects.toThrow('not a blob key');
        await expect(under.store.delete(key)).rejects.toThrow('not a blob key');
        const temporary = await under.store.createTemporary();
        await expect(temporary.commit(key)).rejects.toThrow('not a blob key');
        expect(await under.leftovers()).toEqual([]);
      },
    );

    it('lists its keys by prefix', async () => {
      await using under = await create();
      for (const key of ['aa1', 'aa2', 'ab1', 'b-c']) await under.store.put(key, [bytesOf(key)]);
      const keys = async (prefix?: string) => {
        const found: string[] = [];
        for await (const key of under.store.list(prefix)) found.push(key);
        return found.sort();
      };
      expect(await keys()).toEqual(['aa1', 'aa2', 'ab1', 'b-c']);
      expect(await keys('a')).toEqual(['aa1', 'aa2', 'ab1']);
      expect(await keys('aa2')).toEqual(['aa2']);
      expect(await keys('c')).toEqual([]);
    });
  });
}
