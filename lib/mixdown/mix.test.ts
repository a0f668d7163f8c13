import { createHash } from 'node:crypto';
import { open, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { encodeAll } from '#lib/codecs/encoder.ts';
import { parseStreamInfo } from '#lib/codecs/flac.ts';
import { createWavEncoder, wavHeader } from '#lib/codecs/wav-encoder.ts';
import { book, hear, noise } from '#lib/mixer/mix.fixture.ts';
import { mixPool, mixSamples, mixToFile, streamPool, type MixToFile } from './mix.ts';
import { workplace, writePcm, type Workplace } from './mixdown.fixture.ts';

afterAll(async () => {
  await Promise.all([mixPool().close(), streamPool().close()]);
});

const SAMPLES = { voice: [noise(30_000, 1, 0.9)], rain: [noise(9000, 2), noise(9000, 3)] };

/** @param seconds of a book with a voice now and then, over a bed */
function set(place: Workplace, seconds = 9, chosen: Partial<MixToFile> = {}): MixToFile {
  const frames = seconds * 24_000;
  const timeline = book({
    speech: Array.from({ length: seconds / 3 }, (_, i) => ({
      source: 'voice',
      start: i * 72_000 + 5000,
      frames: 30_000,
    })),
    beds: [
      {
        source: 'rain',
        frames,
        gain: 0.5,
        duck: 0.2,
        fadeIn: 9000,
        fadeOut: 9000,
        loop: { pass: 9000, crossfade: 500 },
      },
    ],
  });
  const sources = Object.fromEntries(
    Object.entries(SAMPLES).map(([name, channels]) => [name, writePcm(place.fileOf(`${name}.pcm`), channels)]),
  );
  return {
    timeline,
    sources,
    format: 'wav',
    channels: 2,
    bitDepth: 16,
    dither: false,
    limiterDbfs: -1,
    from: 0,
    to: frames,
    file: place.fileOf('book.wav'),
    ...chosen,
  };
}

const KEPT = ['rain.pcm', 'voice.pcm'];

function expectedWav(
  { timeline, channels, bitDepth, dither, limiterDbfs, from, to }: MixToFile,
  position = from,
): Buffer {
  const heard = hear(timeline, SAMPLES, { channels, limiter: limiterDbfs, from, to }).channels;
  const layout = { sampleRate: timeline.sampleRate, channels, bitDepth, frames: to - from };
  return Buffer.from(encodeAll(createWavEncoder({ ...layout, dither, position }), [heard]));
}

describe('a mix to a file', () => {
  it(
    '5.3: is the same where the thread is given one stretch of the book after the other',
    { timeout: 60_000 },
    async () => {
      await using place = await workplace();
      // A whole stretch and a short one, and the limiter at work where they meet.
      const mix = set(place, 900, { channels: 1, limiterDbfs: -9, from: 1000, to: 24_000 * 606 });
      const { sha256, reduction } = await mixToFile(mix);
      const expected = expectedWav(mix);
      expect(sha256).toBe(createHash('sha256').update(expected).digest('hex'));
      expect(reduction).toBeGreaterThan(0);
    },
  );

  it('5.3: holds the samples that the mixer gives, whatever thread it runs in', async () => {
    await using place = await workplace();
    const mix = set(place);
    const onProgress = vi.fn();
    const mixed = await mixToFile(mix, { onProgress });
    const file = await readFile(mix.file);
    expect(file.equals(expectedWav(mix))).toBe(true);
    expect(onProgress).toHaveBeenLastCalledWith(mix.to);
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(mixed).toMatchObject({ bytes: file.length, frames: mix.to, sha256 });
    expect(await place.files()).toEqual(['book.wav', ...KEPT]);
  });

  it('5.3: is as FLAC what it is as WAV, with its length and MD5 in its head', async () => {
    await using place = await workplace();
    const mix = set(place, 9, { format: 'flac', bitDepth: 24, dither: true });
    const { bytes, sha256 } = await mixToFile(mix);
    const file = await readFile(mix.file);
    expect({ bytes, sha256 }).toEqual({ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') });
    expect(parseStreamInfo(file.subarray(8)).frames).toBe(mix.to);
    const md5 = createHash('md5').update(expectedWav(mix).subarray(44)).digest('hex');
    expect(file.subarray(26, 42).toString('hex')).toBe(md5);
    await expect(mixToFile({ ...mix, bitDepth: 32 })).rejects.toThrow('16 or 24 bits');
    expect(await place.files()).toEqual(KEPT);
  });

  it('takes the place of what is there, in the same file', async () => {
    await using place = await workplace();
    const mix = set(place, 3);
    await writeFile(mix.file, noise(300_000));
    const before = await open(mix.file);
    await mixToFile(mix);
    const { size } = await before.stat();
    await before.close();
    expect(size).toBe(expectedWav(mix).length);
  });

  it('takes files as their store gives them', async () => {
    await using place = await workplace();
    const mix = set(place, 3);
    const kept = Object.entries(mix.sources).map(([name, file]) => [name, { ...file, release: () => undefined }]);
    const sources = Object.fromEntries(kept) as MixToFile['sources'];
    await mixToFile({ ...mix, sources });
    const samples = Buffer.from(await mixSamples({ ...mix, sources }));
    expect(samples.equals((await readFile(mix.file)).subarray(-samples.length))).toBe(true);
  });

  it('5.2: says how loud it is, and how much the limiter took off', async () => {
    await using place = await workplace();
    const mixed = await mixToFile(set(place, 3, { limiterDbfs: -6 }));
    expect(mixed.peakDbfs).toBeCloseTo(-6, 3);
    expect(mixed.reduction).toBeGreaterThan(4);
  });

  it('5.2: says of a quiet one that the limiter did nothing, and of silence that it has no peak', async () => {
    await using place = await workplace();
    const mix = set(place, 3);
    expect(await mixToFile({ ...mix, from: 100, to: 4000 })).toMatchObject({ reduction: 0 });
    const silence = { ...mix, timeline: { ...mix.timeline, speech: [], beds: [] } };
    expect(await mixToFile(silence)).toMatchObject({ reduction: 0, peakDbfs: null });
  });

  it.each([
    { channels: 1, bitDepth: 24, dither: true },
    { channels: 2, bitDepth: 32, dither: false },
    { channels: 1, bitDepth: 16, dither: true },
  ] as const)('5.3: of a part, %o, has the bytes of that part of the whole', async chosen => {
    await using place = await workplace();
    const whole = set(place, 9, chosen);
    await mixToFile(whole);
    const part = { ...whole, from: 50_001, to: 120_000, file: place.fileOf('part.wav') };
    await mixToFile(part);
    const bytes = await readFile(part.file);
    expect(bytes.equals(expectedWav(part))).toBe(true);
    const [frame, head] = [(chosen.channels * chosen.bitDepth) / 8, chosen.bitDepth === 32 ? 58 : 44];
    const all = await readFile(whole.file);
    const [from, to] = [head + part.from * frame, head + part.to * frame];
    expect(bytes.subarray(head, head + to - from).equals(all.subarray(from, to))).toBe(true);
  });

  it('can be given up, and leaves nothing behind', async () => {
    await using place = await workplace();
    const mix = set(place, 36_000);
    const given = new AbortController();
    const onProgress = vi.fn((_frames: number) => given.abort(new Error('given up')));
    await expect(mixToFile(mix, { signal: given.signal, onProgress })).rejects.toThrow('given up');
    expect(onProgress.mock.calls[0]![0]).toBeLessThan(mix.to);
    expect(await place.files()).toEqual(KEPT);
  });

  it.skipIf(process.platform !== 'linux')('says that the disk is full, and leaves nothing behind', async () => {
    await using place = await workplace();
    const mix = set(place);
    await symlink('/dev/full', mix.file);
    await expect(mixToFile(mix)).rejects.toMatchObject({ code: 'storage.full' });
    expect(await place.files()).toEqual(KEPT);
  });

  it('says which source is missing, and leaves nothing behind', async () => {
    await using place = await workplace();
    const mix = set(place);
    const { rain } = mix.sources;
    await expect(mixToFile({ ...mix, sources: { rain: rain! } })).rejects.toThrow('"voice"');
    const gone = { ...rain!, path: path.join(place.folder, 'gone') };
    await expect(mixToFile({ ...mix, sources: { ...mix.sources, rain: gone } })).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(await place.files()).toEqual(KEPT);
  });
});

describe('a part of a mix', () => {
  it('5.3: has the samples of that part of a file', async () => {
    await using place = await workplace();
    const mix = set(place, 30, { channels: 1, bitDepth: 24, dither: true, from: 10_000, to: 400_001 });
    const middle = 123_457;
    const parts = [await mixSamples({ ...mix, to: middle }), await mixSamples({ ...mix, from: middle })];
    const { length } = wavHeader({ sampleRate: 24_000, channels: 1, bitDepth: 24, frames: 390_001 });
    // The file has one more byte, for chunks are of even length.
    expect(Buffer.concat(parts).equals(expectedWav(mix).subarray(length, -1))).toBe(true);
  });

  it('sends a thread what it needs of a long book', async () => {
    await using place = await workplace();
    const mix = set(place, 36_000, { from: 24_000 * 18_000, to: 24_000 * 18_004 });
    const run = vi.spyOn(streamPool(), 'run');
    const samples = Buffer.from(await mixSamples(mix));
    expect(samples.equals(expectedWav(mix).subarray(-samples.length))).toBe(true);
    const [task] = run.mock.calls[0]!;
    expect(task.do === 'range' && task.timeline.speech.length).toBeLessThan(6);
  });

  it('is silent where speech is not there yet, with beds that are down for it', async () => {
    await using place = await workplace();
    const mix = set(place);
    const [first, ...rest] = mix.timeline.speech;
    const timeline = { ...mix.timeline, speech: [{ ...first!, source: '' }, ...rest] };
    const inFirst = { from: first!.start, to: first!.start + first!.frames };
    const samples = Buffer.from(await mixSamples({ ...mix, timeline, ...inFirst }));
    const silent = { ...SAMPLES, voice: [new Float32Array(SAMPLES.voice[0]!.length)] };
    const expected = hear(mix.timeline, silent, { channels: 2, limiter: -1, ...inFirst }).channels;
    const layout = { sampleRate: 24_000, channels: 2 as const, bitDepth: 16 as const, frames: first!.frames };
    const file = Buffer.from(encodeAll(createWavEncoder(layout), [expected]));
    expect(samples.equals(file.subarray(-samples.length))).toBe(true);
  });

  it('ends when it is given up', async () => {
    await using place = await workplace();
    const given = new AbortController();
    given.abort(new Error('given up'));
    await expect(mixSamples(set(place), given.signal)).rejects.toThrow('given up');
  });
});
