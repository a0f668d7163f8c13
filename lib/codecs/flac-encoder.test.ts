import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAudio } from './decode.ts';
import { encodeFlac, type FlacEncoding } from './flac-encoder.ts';
import { parseStreamInfo } from './flac.ts';
import { memorySource } from './source.ts';

async function decode(file: Uint8Array, bitDepth: number) {
  const audio = await openAudio(memorySource(file), 'flac');
  const parts: Int32Array[] = [];
  for await (const [channel] of audio.blocks()) {
    parts.push(Int32Array.from(channel!, sample => sample * 2 ** (bitDepth - 1)));
  }
  const samples = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    samples.set(part, at);
    return at + part.length;
  }, 0);
  return { info: audio.info, samples };
}

/** Another program's decoder reads back what was written, sample for sample. */
async function expectExact(encoding: FlacEncoding): Promise<Uint8Array> {
  const file = encodeFlac(encoding);
  const { info, samples } = await decode(file, encoding.bitDepth);
  expect(info).toMatchObject({ channels: 1, sampleRate: encoding.sampleRate, bitDepth: encoding.bitDepth });
  expect(Buffer.from(samples.buffer).equals(Buffer.from(Int32Array.from(encoding.samples).buffer))).toBe(true);
  return file;
}

const speechLike = (length: number, scale: number) =>
  Int32Array.from(
    { length },
    (_, i) => scale * Math.sin(i / 15) * Math.sin(i / 900) ** 2 + (scale / 50) * Math.sin(i * i),
  );

describe('the FLAC encoder', () => {
  it.each([8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 65_535, 65_540, 96_000, 192_000])(
    'is read back exactly at %i Hz',
    async sampleRate => {
      await expectExact({ samples: speechLike(5000, 20_000), sampleRate, bitDepth: 16 });
    },
  );

  it.each([1, 2, 4, 5, 4095, 4096, 4097, 20_000])('is read back exactly with %i samples', async length => {
    await expectExact({ samples: speechLike(length, 20_000), sampleRate: 16_000, bitDepth: 16 });
    await expectExact({ samples: speechLike(length, 8_000_000), sampleRate: 48_000, bitDepth: 24 });
  });

  it.each([
    ['silence', () => 0],
    ['a constant', () => -7],
    ['full scale', (i: number) => (i % 2 ? 32_767 : -32_768)],
    ['noise', (i: number) => (Math.imul(i, 2_654_435_761) << 7) >> 16],
    ['a click in silence', (i: number) => (i === 3000 ? 32_767 : 0)],
    ['a straight line', (i: number) => i - 5000],
  ])('is read back exactly for %s', async (_, sample) => {
    await expectExact({
      samples: Int32Array.from({ length: 10_000 }, (_, i) => sample(i)),
      sampleRate: 16_000,
      bitDepth: 16,
    });
  });

  it('is read back exactly whatever the samples are', async () => {
    const encodings = fc.record({
      bitDepth: fc.constantFrom<16 | 24>(16, 24),
      values: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
      smooth: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(encodings, async ({ bitDepth, values, smooth }) => {
        const scale = 2 ** (bitDepth - 1) - 1;
        const samples = Int32Array.from(
          { length: values.length * smooth },
          (_, i) => values[Math.floor(i / smooth)]! * scale,
        );
        await expectExact({ samples, sampleRate: 16_000, bitDepth });
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a rate that frames cannot name', () => {
    expect(() => encodeFlac({ samples: new Int32Array(10), sampleRate: 65_537, bitDepth: 16 })).toThrow(RangeError);
  });

  it('numbers more frames than one byte holds', async () => {
    await expectExact({
      samples: Int32Array.from({ length: 4096 * 2100 }, (_, i) => (i >> 9) & 0xff),
      sampleRate: 48_000,
      bitDepth: 16,
    });
  });

  it('tells the length and the MD5 of the samples in its header', async () => {
    const samples = speechLike(5000, 20_000);
    const file = encodeFlac({ samples, sampleRate: 16_000, bitDepth: 16 });
    expect(parseStreamInfo(file.subarray(8))).toMatchObject({ frames: 5000, info: { bitDepth: 16, channels: 1 } });
    const md5 = createHash('md5')
      .update(Buffer.from(Int16Array.from(samples).buffer))
      .digest('hex');
    expect(Buffer.from(file.subarray(26, 42)).toString('hex')).toBe(md5);
  });

  it('does not tell sizes of frames where there is none', () => {
    const file = encodeFlac({ samples: new Int32Array(0), sampleRate: 16_000, bitDepth: 16 });
    // RFC 9639, 8.2: the smallest and the largest frame, 24 bits each; 0 where it is not known.
    expect([...file.subarray(12, 18)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('makes speech half as large, and noise hardly larger', () => {
    const speech = encodeFlac({ samples: speechLike(160_000, 20_000), sampleRate: 16_000, bitDepth: 16 });
    expect(speech.length).toBeLessThan(160_000 * 2 * 0.75);
    const noise = Int32Array.from({ length: 40_960 }, (_, i) => (Math.imul(i, 2_654_435_761) << 7) >> 16);
    expect(encodeFlac({ samples: noise, sampleRate: 16_000, bitDepth: 16 }).length).toBeLessThan(40_960 * 2 * 1.01);
  });
});
