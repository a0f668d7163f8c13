import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { tone } from './remote-servers.fixture.ts';
import { speechAudioPool } from './speech-audio.ts';
import type { Speech } from './speech-engine.ts';
import { SpeechFolder } from './speech-folder.ts';
import { speechKey, type SpeechContent } from './speech-key.ts';
import { SpeechStore, type SpeechStoreOptions } from './speech-store.ts';

afterAll(() => speechAudioPool().close());

const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');
const SPEECH: Speech = {
  samples: tone('Hello there.', 1),
  sampleRate: 24_000,
  words: [{ from: 0, to: 5, start: 0, end: 0.2 }],
  warnings: ['It does not follow pitch.'],
};

async function setUp(options: Partial<SpeechStoreOptions> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-speech-'));
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const clock = { now: () => new Date(time.now), monotonic: () => time.now };
  const open = (at = folder, more: Partial<SpeechStoreOptions> = {}) =>
    new SpeechStore({
      folder: new SpeechFolder({ folder: at, instanceId: 'i1', clock }),
      maxBytes: 1_000_000_000,
      ...options,
      ...more,
    });
  return {
    folder,
    open,
    store: open(),
    time,
    fileOf: (key: string) => path.join(folder, 'speech', key.slice(0, 2), `${key}.flac`),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true });
    },
  };
}

const speaking = (speech: Speech = SPEECH) => vi.fn(async (_signal: AbortSignal) => speech);
const silent = () => vi.fn(() => Promise.reject(new Error('it was to be found')));

describe('the key of speech', () => {
  const content: SpeechContent = { kind: 'openai', revision: 'kokoro/1', voice: 'a', text: 'Hi.', speed: 1, pitch: 0 };

  it('is the same for the same content, on every machine', () => {
    expect(speechKey(content)).toBe('f01491c4fc78d7467ec89177e790c007fdcee406b6ae66fddb787a145b04e1d0');
    expect(speechKey({ ...content, pitch: -0 })).toBe(speechKey(content));
  });

  it('is another one for other content', () => {
    const others: Partial<SpeechContent>[] = [
      { kind: 'talk2me' },
      { revision: 'kokoro/2' },
      { voice: 'b' },
      { text: 'Hi!' },
      { speed: 1.1 },
      { pitch: 1 },
      { revision: 'kokoro/1","a', voice: '' },
    ];
    const keys = [content, ...others.map(other => ({ ...content, ...other }))].map(speechKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the store of speech', () => {
  it('keeps what was spoken, and finds it again: samples, words and warnings', async () => {
    await using under = await setUp();
    const key = keyOf('a');
    const spoken = await under.store.obtain(key, speaking());
    const found = await under.store.obtain(key, silent());
    expect([spoken.found, found.found]).toEqual([false, true]);
    for (const kept of [spoken, found]) {
      expect(kept).toMatchObject({ frames: SPEECH.samples.length, sampleRate: 24_000, words: SPEECH.words });
      expect(kept.warnings).toEqual(SPEECH.warnings);
      const samples = await kept.samples();
      expect(samples.length === SPEECH.samples.length && samples.every((s, i) => s === SPEECH.samples[i])).toBe(true);
    }
    expect(Buffer.from(spoken.file).equals(found.file)).toBe(true);
    expect(await under.store.status()).toMatchObject({ entries: 1, bytes: found.file.length, hits: 1, misses: 1 });
  });

  it('is what is on the disk: a restart, another folder and another machine find it', async () => {
    await using under = await setUp();
    await using other = await setUp();
    const key = keyOf('a');
    await under.store.obtain(key, speaking());
    expect((await under.open().obtain(key, silent())).found).toBe(true);
    await cp(path.join(under.folder, 'speech'), path.join(other.folder, 'speech'), { recursive: true });
    expect((await other.store.obtain(key, silent())).found).toBe(true);
    expect(
      Buffer.from(await readFile(under.fileOf(key)))
        .subarray(0, 4)
        .toString(),
    ).toBe('fLaC');
  });

  it('leaves nothing half-done behind', async () => {
    await using under = await setUp();
    await under.store.obtain(keyOf('a'), speaking());
    expect(await readdir(path.join(under.folder, 'tmp', 'i1'))).toEqual([]);
  });

  it('speaks once for all who want the same at the same time', async () => {
    await using under = await setUp();
    const speak = speaking();
    const all = await Promise.all(Array.from({ length: 20 }, () => under.store.obtain(keyOf('a'), speak)));
    expect(speak).toHaveBeenCalledTimes(1);
    expect(new Set(all.map(({ file }) => file)).size).toBe(1);
  });

  it('speaks on for those who still wait, and stops with the last', async () => {
    await using under = await setUp();
    const spoken = Promise.withResolvers<Speech>();
    const speak = vi.fn((signal: AbortSignal) => {
      signal.addEventListener('abort', () => spoken.reject(signal.reason as Error));
      return spoken.promise;
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [first, second].map(({ signal }) => under.store.obtain(keyOf('a'), speak, signal));
    const ended = Promise.allSettled(calls);
    await vi.waitUntil(() => speak.mock.calls.length === 1);
    first.abort(new Error('first'));
    await expect(calls[0]).rejects.toThrow('first');
    expect(speak.mock.calls[0]![0].aborted).toBe(false);
    second.abort(new Error('second'));
    await ended;
    expect(speak.mock.calls[0]![0].aborted).toBe(true);
    expect((await under.store.obtain(keyOf('a'), speaking())).found).toBe(false);
  });

  it('keeps no failure', async () => {
    await using under = await setUp();
    await expect(under.store.obtain(keyOf('a'), () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect((await under.store.obtain(keyOf('a'), speaking())).found).toBe(false);
  });

  it.each([
    ['cut', (file: string) => truncate(file, 100)],
    ['empty', (file: string) => truncate(file, 0)],
    ['overwritten', (file: string) => writeFile(file, 'no speech')],
    [
      'changed in one bit',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 5]! ^= 4;
        await writeFile(file, bytes);
      },
    ],
  ])('notices a file that was %s, and speaks anew', async (_, damage) => {
    const onProblem = vi.fn();
    await using under = await setUp({ onProblem });
    const key = keyOf('a');
    await under.store.obtain(key, speaking());
    await damage(under.fileOf(key));
    const speak = speaking();
    expect((await under.store.obtain(key, speak)).found).toBe(false);
    expect(speak).toHaveBeenCalledTimes(1);
    expect((await under.store.obtain(key, silent())).found).toBe(true);
    expect(onProblem).toHaveBeenCalledWith(expect.stringContaining('damaged'), undefined);
    expect(await under.store.status()).toMatchObject({ damaged: 1 });
  });

  it('speaks all the same where it cannot write, and says so', async () => {
    const onProblem = vi.fn();
    await using under = await setUp({ onProblem });
    // A file where the folder is to be.
    await writeFile(path.join(under.folder, 'speech'), '');
    const kept = await under.store.obtain(keyOf('a'), speaking());
    expect(kept.frames).toBe(SPEECH.samples.length);
    expect((await kept.samples()).length).toBe(SPEECH.samples.length);
    expect(onProblem).toHaveBeenCalledWith('speech could not be kept', expect.any(Error));
  });

  it('lets go of what was not used for longest where there is too much', async () => {
    await using under = await setUp();
    const size = (await under.store.obtain(keyOf('size'), speaking())).file.length;
    await rm(path.join(under.folder, 'speech'), { recursive: true });
    const store = under.open(under.folder, { maxBytes: Math.round(5.5 * size) });
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      under.time.now += 3_600_000;
      await store.obtain(keyOf(name), speaking());
      await store.settled();
    }
    expect(await store.status()).toMatchObject({ entries: 5, bytes: 5 * size, evictions: 0 });
    // `a` is used again, so `b` and `c` are the oldest.
    under.time.now += 3_600_000;
    await store.obtain(keyOf('a'), silent());
    under.time.now += 3_600_000;
    await store.obtain(keyOf('f'), speaking());
    await store.settled();
    const left = await Promise.all([...names, 'f'].map(async name => (await store.find(keyOf(name))) !== undefined));
    expect(left).toEqual([true, false, false, true, true, true]);
    expect(await store.status()).toMatchObject({ entries: 4, bytes: 4 * size, evictions: 2 });
  });

  it('counts what others have written to the folder', async () => {
    await using under = await setUp();
    const size = (await under.store.obtain(keyOf('a'), speaking())).file.length;
    const [one, other] = [0, 0].map(() => under.open(under.folder, { maxBytes: Math.round(4.5 * size) }));
    await one!.obtain(keyOf('b'), speaking());
    await one!.settled();
    for (const name of ['c', 'd', 'e', 'f']) {
      under.time.now += 3_600_000;
      await other!.obtain(keyOf(name), speaking());
      await other!.settled();
    }
    under.time.now += 3_600_000;
    await one!.obtain(keyOf('g'), speaking());
    await one!.settled();
    expect((await one!.status()).bytes).toBeLessThanOrEqual(4.5 * size);
    expect((await under.open().status()).bytes).toBeLessThanOrEqual(4.5 * size);
  });

  it('leaves alone what is not its own', async () => {
    await using under = await setUp({ maxBytes: 1 });
    const shard = path.join(under.folder, 'speech', 'ab');
    await mkdir(shard, { recursive: true });
    const strange = [path.join(shard, 'notes.txt'), path.join(under.folder, 'speech', '.DS_Store')];
    for (const file of strange) await writeFile(file, 'mine');
    await under.store.obtain(keyOf('a'), speaking());
    await under.store.settled();
    expect(await under.store.status()).toMatchObject({ entries: 0, bytes: 0, evictions: 1 });
    for (const file of strange) expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('takes nothing for a key that could be a path', async () => {
    await using under = await setUp();
    for (const key of ['', '../x', 'a'.repeat(63), `${'a'.repeat(63)}/`, 'A'.repeat(64)]) {
      await expect(under.store.find(key)).rejects.toThrow('not a key of speech');
    }
  });
});
