import { existsSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { resample } from '#lib/audio/resampler.ts';
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
  const open = () =>
    new PcmStore({
      folder: new PcmFolder({ folder: place.folder, instanceId: 'i1', clock }),
      maxBytes: 1e9,
      ...options,
    });
  return { ...place, time, open, store: open() };
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
      expect(found).toMatchObject({ found: true, path: kept.path, channels: 2, frames: 22_050 });
    }
    expect(await under.files()).toEqual([path.relative(under.folder, kept.path)]);
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
    const kept = await Promise.all(recipes.map(recipe => under.store.obtain(recipe, wav())));
    expect(new Set(kept.map(one => one.path)).size).toBe(recipes.length);
  });

  it('decodes once for all who ask at the same time', async () => {
    await using under = await setUp();
    const open = wav();
    const kept = await Promise.all([1, 2, 3].map(() => under.store.obtain({ hash: 'a', rate: RATE }, open)));
    expect(open).toHaveBeenCalledTimes(1);
    expect(new Set(kept.map(one => one.path)).size).toBe(1);
  });

  it('makes anew what was damaged or cut short, and tells of it', async () => {
    const onProblem = vi.fn();
    await using under = await setUp({ onProblem });
    const { path: file } = await under.store.obtain({ hash: 'a', rate: RATE }, wav());
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
    const obtain = async (hash: string) => {
      under.time.now += 120_000;
      const kept = await under.store.obtain({ hash, rate: RATE }, wav());
      await under.store.settled();
      return kept;
    };
    const held = await obtain('held');
    const others = [await obtain('b'), await obtain('c'), await obtain('b'), await obtain('d')];
    for (const other of others) other.release();
    const [b, c, , d] = others;
    // One over the limit: c goes, for b was used again, and what is older than both is held.
    const e = await obtain('e');
    e.release();
    expect([held, b!, c!, d!, e].map(({ path: file }) => existsSync(file))).toEqual([true, true, false, true, true]);
    held.release();
    held.release();
    await obtain('f');
    expect([held, b!, e].map(({ path: file }) => existsSync(file))).toEqual([false, true, true]);
    expect(await under.store.status()).toMatchObject({ evictions: 2, entries: 4 });
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
