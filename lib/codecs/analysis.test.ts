import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseAudio, analysisPool, type AnalysisOptions, timeLimitOf } from './analysis.ts';
import { hasFfmpeg } from './ffmpeg.ts';
import { sniffFile } from './sniff.ts';
import { makeAudio, type TestAudioOptions } from './test-audio.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(joinPath(tmpdir(), 'talk2me-analysis-'))));
afterAll(async () => {
  await analysisPool().close();
  await rm(folder, { recursive: true });
});

let files = 0;
async function analyse(bytes: Uint8Array, format: TestAudioOptions['format'], options?: AnalysisOptions) {
  const path = joinPath(folder, String((files += 1)));
  await writeFile(path, bytes);
  return analyseAudio(path, format, options);
}

const FORMATS: readonly TestAudioOptions['format'][] = [
  ...(['wav', 'mp3', 'vorbis', 'opus', 'flac', 'oggflac'] as const),
  ...((await hasFfmpeg()) ? (['m4a', 'aac'] as const) : []),
];

describe('the analysis of a recording', () => {
  it('tells length, peak, loudness and peaks', async () => {
    const signal = (time: number) => 0.5 * Math.sin(2 * Math.PI * 997 * time);
    const facts = await analyse(await makeAudio({ format: 'wav', seconds: 3.5, sampleRate: 48_000, signal }), 'wav');
    expect(facts).toMatchObject({ codec: 'pcm_s16le', sample_rate: 48_000, channels: 2, bit_depth: 16 });
    expect(facts).toMatchObject({ frames: 168_000, length: 3.5, samples_per_pixel: 256 });
    expect(facts.peak_dbfs).toBeCloseTo(-6.02, 2);
    // −3.01 for one channel at full scale, +3.01 for the second, −6.02 for the level.
    expect(facts.loudness_lufs).toBeCloseTo(-6.02, 1);
    expect(facts.peaks).toHaveLength(2 * Math.ceil(168_000 / 256));
    expect(Math.max(...facts.peaks)).toBe(64);
    expect(Math.min(...facts.peaks)).toBe(-64);
  });

  it('draws a picture of a few kilobytes with transparency', async () => {
    const signal = (time: number) => Math.sin(time * 3000) * Math.abs(Math.sin(time * 7) * Math.sin(time * 31));
    const { picture } = await analyse(await makeAudio({ format: 'wav', seconds: 5, signal }), 'wav');
    const { format, width, height, hasAlpha } = await sharp(picture).metadata();
    expect({ format, width, height, hasAlpha }).toEqual({ format: 'webp', width: 800, height: 96, hasAlpha: true });
    expect(picture.length).toBeLessThan(12_000);
  });

  it('has neither peak nor loudness for digital silence, and no loudness for a click', async () => {
    const silence = await makeAudio({ format: 'wav', signal: () => 0 });
    expect(await analyse(silence, 'wav')).toMatchObject({ peak_dbfs: null, loudness_lufs: null });
    const click = await makeAudio({ format: 'wav', seconds: 0.1 });
    expect(await analyse(click, 'wav')).toMatchObject({ loudness_lufs: null, length: 0.1 });
  });

  it('is not poisoned by samples that are no numbers', async () => {
    const signal = (time: number) => (time < 0.1 ? NaN : time < 0.2 ? Infinity : 0.25 * Math.sin(time * 5000));
    const bytes = await makeAudio({ format: 'wav', bitDepth: 32, float: true, signal });
    const facts = await analyse(bytes, 'wav');
    expect(facts.peak_dbfs).toBeCloseTo(-12.04, 1);
    expect(facts.loudness_lufs).toBeGreaterThan(-20);
  });

  it('refuses what is longer than the limit and names it', async () => {
    const bytes = await makeAudio({ format: 'flac', seconds: 2.01, channels: 1 });
    await expect(analyse(bytes, 'flac', { maxSeconds: 2 })).rejects.toMatchObject({
      code: 'audio.too_long',
      message: expect.stringContaining('2 seconds') as string,
      details: { max_seconds: 2 },
    });
    expect((await analyse(bytes, 'flac', { maxSeconds: 2.01 })).length).toBeCloseTo(2.01);
  });

  it('stops when its time is over, or when it is aborted', async () => {
    const bytes = await makeAudio({ format: 'wav', seconds: 60 });
    await expect(analyse(bytes, 'wav', { timeLimitMs: 1 })).rejects.toMatchObject({ code: 'audio.too_slow' });
    const controller = new AbortController();
    const running = analyse(bytes, 'wav', { signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
  });

  it('gives large files the time that they need, and no file for ever', () => {
    expect(timeLimitOf(100)).toBeCloseTo(120_000, -2);
    // Six hours of Opus at 8 kbit/s take 150 s on an idle core.
    expect(timeLimitOf((6 * 3600 * 8000) / 8)).toBeGreaterThan(2 * 150_000);
    expect(timeLimitOf(2 ** 40)).toBe(30 * 60_000);
  });

  it('passes on that a file cannot be read, as it is', async () => {
    await expect(analyseAudio(joinPath(folder, 'none'), 'wav')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});

describe('broken files', () => {
  const ALLOWED = /^audio\.(damaged|empty|unsupported|too_long)$/;

  it.each(FORMATS)(
    'of %s, cut or with flipped bits, are refused or measured, and nothing crashes or hangs',
    async format => {
      const whole = await makeAudio({ format, seconds: 1.5 });
      const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
      const cut = place.map(share => whole.slice(0, Math.floor(share * whole.length)));
      const flipped = fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 20 }).map(flips => {
        const bytes = whole.slice();
        // Squared, for headers are where damage does most.
        for (const [share, bit] of flips) bytes[Math.floor(share * share * bytes.length)]! ^= 1 << bit;
        return bytes;
      });
      await fc.assert(
        fc.asyncProperty(fc.oneof(cut, flipped), async bytes => {
          const outcome = await analyse(bytes, format, { maxSeconds: 600, timeLimitMs: 20_000 }).catch(
            (e: unknown) => e,
          );
          if (outcome instanceof Error) expect((outcome as Error & { code?: string }).code).toMatch(ALLOWED);
          else expect(Object.values(outcome as object).some(value => Number.isNaN(value))).toBe(false);
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );
});

const SHARED = joinPath(import.meta.dirname, '../../../shared/data/sounds');

describe.runIf(existsSync(SHARED))('recordings from the world', () => {
  it('are all taken and measured', async () => {
    const names = (await readdir(SHARED, { recursive: true })).filter(name => /\.(ogg|mp3|wav|flac)$/.test(name));
    for (const name of names) {
      const path = joinPath(SHARED, name);
      const facts = await analyseAudio(path, (await sniffFile(path)).format);
      expect(facts.length, name).toBeGreaterThan(0.3);
      expect(facts.peak_dbfs, name).toBeGreaterThan(-40);
      expect(facts.peak_dbfs, name).toBeLessThan(6);
    }
  }, 60_000);
});
