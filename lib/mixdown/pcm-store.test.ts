import { readFile, truncate, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { resample } from '#lib/audio/resampler.ts';
import { AppError } from '#lib/base/errors.ts';
import { makeAudio, makeSamples } from '#lib/codecs/test-audio.ts';
import { FilePcmSource, type PcmFile } from './file-pcm-source.ts';
import { workplace } from './mixdown.fixture.ts';
import { PcmFolder } from './pcm-folder.ts';
import { pcmPool, type PcmOriginal } from './pcm-making.ts';
import { PcmStore, type PcmStoreOptions } from './pcm-store.ts';

afterAll(() => pcmPool().close());

const RATE = 44_100;
const STEREO = { seconds: 0.5, sampleRate: 44_100, channels: 2 };
const VOICE = { seconds: 0.7, sampleRate: 16_000, channels: 1 };

async function setUp(options: Partial<PcmStoreOptions> = {}) {
  const place = await workplace();
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const clock = { now: () => new Date(time.now), monotonic: () => time.now };
  const folder = new PcmFolder({ folder: place.folder, instanceId: 'i1', clock });
  /** Another start of the same server, or another server. */
  const open = (instanceId = 'i1', maxBytes = options.maxBytes ?? 1e9) =>
    new PcmStore({ folder: new PcmFolder({ folder: place.folder, instanceId, clock }), ...options, maxBytes });
  const kept = async () => (await place.files()).filter(file => file.startsWith('pcm'));
  return { ...place, time, open, kept, disk: folder, store: new PcmStore({ folder, maxBytes: 1e9, ...options }) };
}

const wav = (options: object = STEREO) =>
  vi.fn(async (_signal: AbortSignal): Promise<PcmOriginal> => ({
    format: 'wav',
    bytes: await makeAudio({ format: 'wav', ...options }),
  }));
const never = () => vi.fn(() => Promise.reject(new Error('it was to be found')));

function samplesOf(file: PcmFile): Float32Array[] {
  const source = new FilePcmSource(file);
  const channels = Array.from({ length: file.channels }, () => new Float32Array(file.frames));
  source.read(0, channels);
  source.close();
  return channels;
}

/** What a file of 16 bits holds of the signal. */
const sixteen = (channels: readonly Float32Array[]) =>
  channels.map(channel => channel.map(sample => Math.round(sample * 32_768) / 32_768));

const within = (a: Float32Array, b: Float32Array, tolerance: number) => {
  expect(a.length).toBe(b.length);
  expect(a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - b[i]!)), 0)).toBeLessThan(tolerance);
};

describe('the store of samples', () => {
  it('keeps a recording as it is where its rate is that of the mix', async () => {
    await using under = await setUp();
    const kept = await under.store.obtain({ hash: 'a', rate: RATE }, wav());
    expect(kept).toMatchObject({ channels: 2, frames: 22_050, found: false });
    const wanted = sixteen(makeSamples(STEREO));
    samplesOf(kept).forEach((channel, c) => within(channel, wanted[c]!, 1 / 32_000));
  });

  it('5.1: keeps it resampled to the rate of the mix, trimmed before', async () => {
    await using under = await setUp();
    const bytes = await makeAudio({ format: 'flac', ...VOICE });
    const trim = { from: 1500, to: 9000 };
    const file = under.fileOf('voice.flac');
    await writeFile(file, bytes);
    const kept = await under.store.obtain({ hash: 'a', rate: RATE, trim }, async () => ({
      format: 'flac',
      path: file,
    }));
    expect(kept).toMatchObject({ channels: 1, frames: Math.ceil((7500 * RATE) / 16_000) });
    const wanted = resample(makeSamples(VOICE)[0]!.slice(1500, 9000), { from: 16_000, to: RATE });
    within(samplesOf(kept)[0]!, wanted, 1 / 16_000);
  });

  it('leaves out what a trim asks for beyond the end', async () => {
    await using under = await setUp();
    const trim = { from: 20_000, to: 99_000 };
    const kept = await under.store.obtain({ hash: 'a', rate: RATE, trim }, wav());
    expect(kept.frames).toBe(2050);
  });

  it('brings more than two channels down to two', async () => {
    await using under = await setUp();
    const surround = { seconds: 0.1, channels: 6, signal: (_: number, c: number) => (c === 2 ? 0.5 : 0) };
    const kept = await under.store.obtain({ hash: 'a', rate: RATE }, wav(surround));
    expect(kept.channels).toBe(2);
    for (const side of samplesOf(kept)) expect(side[100]).toBeCloseTo(0.5 * Math.SQRT1_2, 3);
  });

  it('finds what it has kept, without asking for the original, after a restart too', async () => {
    await using under = await setUp();
    const kept = await under.store.obtain({ hash: 'a', rate: RATE }, wav());
    for (const store of [under.store, under.open()]) {
      const found = await store.obtain({ hash: 'a', rate: RATE }, never());
      expect(found).toMatchObject({ found: true, channels: 2, frames: 22_050 });
      expect(samplesOf(found)).toEqual(samplesOf(kept));
    }
    expect(await under.kept()).toHaveLength(1);
    expect(await under.store.status()).toMatchObject({ entries: 1, hits: 1, misses: 1 });
  });

  it('keeps apart what differs in content, rate or trim', async () => {
    await using under = await setUp();
    const recipes = [
      { hash: 'a', rate: RATE },
      { hash: 'b', rate: RATE },
      { hash: 'a', rate: 48_000 },
      { hash: 'a', rate: RATE, trim: { from: 0, to: 100 } },
      { hash: 'a', rate: RATE, trim: { from: 0, to: 101 } },
    ];
    await Promise.all(recipes.map(recipe => under.store.obtain(recipe, wav())));
    expect(await under.kept()).toHaveLength(recipes.length);
  });

  it('decodes once for all who ask at the same time', async () => {
    await using under = await setUp();
    const open = wav();
    await Promise.all([1, 2, 3].map(() => under.store.obtain({ hash: 'a', rate: RATE }, open)));
    expect(open).toHaveBeenCalledTimes(1);
    expect(await under.kept()).toHaveLength(1);
  });

  it('makes anew what was damaged or cut short, and tells of it', async () => {
    const onProblem = vi.fn();
    await using under = await setUp({ onProblem });
    await under.store.obtain({ hash: 'a', rate: RATE }, wav());
    const file = under.fileOf((await under.kept())[0]!);
    const whole = await readFile(file);
    const damaged = Buffer.from(whole);
    damaged[5000]! ^= 1;
    await writeFile(file, damaged);
    // Another start, for what this process has checked it takes as it is.
    const after = under.open();
    const again = await after.obtain({ hash: 'a', rate: RATE }, wav());
    expect(again.found).toBe(false);
    expect((await readFile(file)).equals(whole)).toBe(true);
    await truncate(file, whole.length - 100);
    await after.obtain({ hash: 'a', rate: RATE }, wav());
    expect((await readFile(file)).equals(whole)).toBe(true);
    expect(await after.status()).toMatchObject({ damaged: 2, misses: 2 });
    expect(onProblem).toHaveBeenCalledTimes(2);
  });

  it('removes what was not used for longest where there is too much, and nothing that is held', async () => {
    const each = 32 + 22_050 * 8;
    await using under = await setUp({ maxBytes: 4.5 * each });
    const files = new Map<string, string>();
    const obtain = async (hash: string) => {
      under.time.now += 120_000;
      const before = await under.kept();
      const kept = await under.store.obtain({ hash, rate: RATE }, wav());
      const made = (await under.kept()).find(file => !before.includes(file));
      if (made !== undefined) files.set(hash, made);
      await under.store.settled();
      return kept;
    };
    const left = async () => {
      const kept = await under.kept();
      return [...files.keys()].filter(hash => kept.includes(files.get(hash)!));
    };
    const held = await obtain('held');
    for (const hash of ['b', 'c', 'b', 'd']) (await obtain(hash)).release();
    // One over the limit: c goes, for b was used again, and what is older than both is held.
    (await obtain('e')).release();
    expect(await left()).toEqual(['held', 'b', 'd', 'e']);
    held.release();
    held.release();
    await obtain('f');
    expect(await left()).toEqual(['b', 'd', 'e', 'f']);
    expect(await under.store.status()).toMatchObject({ evictions: 2, entries: 4 });
  });

  it('goes back below the limit when what was held beyond it is released', async () => {
    await using under = await setUp({ maxBytes: 4000 });
    const recipes = ['a', 'b', 'c'].map(hash => ({ hash, rate: RATE, trim: { from: 0, to: 430 } }));
    const held = await Promise.all(recipes.map(recipe => under.store.obtain(recipe, wav())));
    await under.store.settled();
    expect(await under.store.status()).toMatchObject({ entries: 3, bytes: 3 * (32 + 430 * 8), evictions: 0 });
    for (const one of held) one.release();
    await under.store.settled();
    expect(await under.store.status()).toMatchObject({ entries: 1, bytes: 32 + 430 * 8, evictions: 2 });
    expect(await under.files()).toEqual(await under.kept());
  });

  it('is read to its end by one server after another one has removed it', async () => {
    await using under = await setUp();
    const held = await under.store.obtain({ hash: 'a', rate: RATE }, wav());
    const samples = samplesOf(held);
    const other = under.open('i2', 1);
    (await other.obtain({ hash: 'b', rate: RATE }, wav())).release();
    await other.settled();
    expect(await under.kept()).toEqual([]);
    expect(samplesOf(held)).toEqual(samples);
    held.release();
    await under.store.settled();
    expect(await under.files()).toEqual([]);
    expect((await under.store.obtain({ hash: 'a', rate: RATE }, wav())).found).toBe(false);
  });

  it('is made anew where it is removed in the moment in which it is found', async () => {
    await using under = await setUp();
    (await under.store.obtain({ hash: 'a', rate: RATE }, wav())).release();
    const use = under.disk.use.bind(under.disk);
    vi.spyOn(under.disk, 'use').mockImplementationOnce(async key => {
      const size = await use(key);
      await under.disk.remove(key);
      return size;
    });
    const again = await under.store.obtain({ hash: 'a', rate: RATE }, wav());
    expect(again.found).toBe(false);
    expect(samplesOf(again)[0]).toHaveLength(22_050);
  });

  it('makes room of what nobody holds where the disk is full', async () => {
    await using under = await setUp();
    const obtain = async (hash: string) => {
      under.time.now += 120_000;
      return under.store.obtain({ hash, rate: RATE }, wav());
    };
    const held = await obtain('held');
    for (const hash of ['b', 'c', 'd', 'e']) (await obtain(hash)).release();
    const full = new AppError('storage.full', 'The disk is full.');
    const place = vi.spyOn(under.disk, 'place').mockRejectedValueOnce(full);
    const kept = await obtain('f');
    expect(samplesOf(kept)[0]).toHaveLength(22_050);
    expect(await under.store.status()).toMatchObject({ evictions: 2, entries: 4 });
    place.mockRejectedValueOnce(full).mockRejectedValueOnce(full);
    await obtain('g');
    expect(await under.store.status()).toMatchObject({ evictions: 4, entries: 3 });
    // Nothing is left but what is held.
    place.mockRejectedValueOnce(full);
    await expect(obtain('h')).rejects.toBe(full);
    expect(samplesOf(held)[0]).toHaveLength(22_050);
  });

  it('tells what the disk has for recordings: what nobody else holds', async () => {
    const each = 32 + 22_050 * 8;
    await using under = await setUp();
    const recipes = ['a', 'b', 'c'].map(hash => ({ hash, rate: RATE }));
    const held = await Promise.all(recipes.map(recipe => under.store.obtain(recipe, wav())));
    // Counted once more: the first count may have been beside the writing.
    await under.store.free(0);
    expect(await under.store.spare()).toBe(3 * each);
    expect(await under.store.spare([])).toBe(0);
    expect(await under.store.spare(recipes.slice(1))).toBe(2 * each);
    held[0]!.release();
    expect(await under.store.spare([])).toBe(each);
    expect(await under.store.free(1)).toBe(each);
    expect(await under.store.free(1)).toBe(0);
    expect(await under.store.status()).toMatchObject({ entries: 2, evictions: 1 });
  });

  it('leaves nothing behind of what cannot be decoded, and closes it', async () => {
    await using under = await setUp();
    const close = vi.fn(async () => undefined);
    const broken = async () => ({ format: 'wav' as const, bytes: new Uint8Array(100), close });
    await expect(under.store.obtain({ hash: 'a', rate: RATE }, broken)).rejects.toMatchObject({
      code: 'audio.damaged',
    });
    expect(close).toHaveBeenCalledTimes(1);
    expect(await under.files()).toEqual([]);
  });

  it('leaves nothing behind of what is given up', async () => {
    await using under = await setUp();
    const given = new AbortController();
    const open = async () => {
      given.abort(new Error('given up'));
      return { format: 'wav' as const, bytes: await makeAudio({ format: 'wav', seconds: 60 }) };
    };
    await expect(under.store.obtain({ hash: 'a', rate: 48_000 }, open, given.signal)).rejects.toThrow('given up');
    await vi.waitFor(async () => expect(await under.files()).toEqual([]));
    const kept = await under.store.obtain({ hash: 'a', rate: 48_000 }, wav());
    expect(kept.found).toBe(false);
  });
});
