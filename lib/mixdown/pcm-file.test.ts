import { readFile, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise, sameBits } from '#lib/mixer/mix.fixture.ts';
import { memoryPcmSource } from '#lib/mixer/pcm-source.ts';
import { FilePcmSource, OpenSources } from './file-pcm-source.ts';
import { workplace, writePcm } from './mixdown.fixture.ts';
import { checkPcmFile, pcmFileSize } from './pcm-file.ts';

describe('a file of samples', () => {
  it.each([1, 2])('is read as it was written, in any order, %i of its channels', async count => {
    await using place = await workplace();
    const channels = [1, 2].slice(0, count).map(seed => noise(40_000, seed));
    const file = writePcm(place.fileOf('a'), channels);
    expect(file).toMatchObject({ channels: count, frames: 40_000 });
    const source = new FilePcmSource(file);
    const memory = memoryPcmSource(channels);
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 42_000 }), fc.integer({ min: 0, max: 20_000 }), (position, length) => {
        const [read, wanted] = [0, 1].map(() => channels.map(() => new Float32Array(length).fill(7)));
        source.read(position, read!);
        memory.read(position, wanted!);
        expect(sameBits(read!, wanted!)).toBe(true);
      }),
      { numRuns: 100 },
    );
    source.close();
  });

  it('is known to be whole, and not where a bit of it is not what it was', async () => {
    await using place = await workplace();
    const file = place.fileOf('a');
    const facts = { channels: 2, frames: 70_000 } as const;
    writePcm(file, [noise(70_000, 1), noise(70_000, 2)]);
    expect(checkPcmFile(file)).toEqual(facts);
    const whole = await readFile(file);
    expect(whole.length).toBe(pcmFileSize(facts));
    for (const at of [0, 7, 8, 12, 16, 24, 32, 1234, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 4;
      await writeFile(file, damaged);
      expect(checkPcmFile(file)).toBeUndefined();
    }
    for (const length of [0, 5, 32, whole.length - 8]) {
      await writeFile(file, whole);
      await truncate(file, length);
      expect(checkPcmFile(file)).toBeUndefined();
    }
    await writeFile(file, Buffer.concat([whole, Buffer.alloc(8)]));
    expect(checkPcmFile(file)).toBeUndefined();
    expect(checkPcmFile(place.fileOf('b'))).toBeUndefined();
  });

  it('is told of where it became shorter under a reader', async () => {
    await using place = await workplace();
    const file = writePcm(place.fileOf('a'), [noise(50_000)]);
    const source = new FilePcmSource(file);
    await truncate(file.path, 1000);
    expect(() => source.read(40_000, [new Float32Array(10)])).toThrow('shorter than it was');
    source.close();
  });
});

describe('the open sources of a book', () => {
  it('are a few, however many there are', async () => {
    await using place = await workplace();
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`s${i}`, writePcm(place.fileOf(`s${i}`), [Float32Array.of(i)])]),
    );
    const sources = new OpenSources(files);
    const opened = new Set<FilePcmSource>();
    for (let i = 0; i < 600; i++) {
      const heard = [new Float32Array(1)];
      const source = sources.get(`s${i % 300}`);
      source.read(0, heard);
      expect(heard[0]![0]).toBe(i % 300);
      expect(sources.get(`s${i % 300}`)).toBe(source);
      // One that is used all the time stays open.
      opened.add(sources.get('s0'));
    }
    expect(opened.size).toBe(1);
    sources.close();
    const [first] = opened;
    expect(() => first!.read(0, [new Float32Array(1)])).not.toThrow();
  });

  it('say which one is missing', () => {
    expect(() => new OpenSources({}).get('toString')).toThrow('"toString"');
  });
});
