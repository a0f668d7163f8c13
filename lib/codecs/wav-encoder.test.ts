import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '#lib/base/random.ts';
import { openAudio } from './decode.ts';
import { encodeAll } from './encoder.ts';
import { memorySource, openFileSource } from './source.ts';
import { createWavEncoder, wavFileSize, wavHeader, type WavEncoderOptions } from './wav-encoder.ts';

const next = randomNumbers(3);
const STEREO = [0, 1].map(() => Float32Array.from({ length: 5001 }, () => 2 * next() - 1));

const sizes = (...lengths: number[]) => lengths;
function encode(options: Partial<WavEncoderOptions> = {}, signal = STEREO, lengths = sizes(4096)) {
  const frames = signal[0]!.length;
  const encoder = createWavEncoder({ sampleRate: 44_100, channels: signal.length, bitDepth: 16, frames, ...options });
  const blocks: Float32Array[][] = [];
  for (let at = 0, i = 0; at < frames; i++) {
    const length = lengths[i % lengths.length]!;
    blocks.push(signal.map(channel => channel.slice(at, at + length)));
    at += length;
  }
  return encodeAll(encoder, blocks);
}

async function decode(file: Uint8Array) {
  const { info, blocks } = await openAudio(memorySource(file), 'wav');
  const channels: number[][] = Array.from({ length: info.channels }, () => []);
  for await (const block of blocks()) block.forEach((samples, channel) => channels[channel]!.push(...samples));
  return { info, channels: channels.map(samples => Float32Array.from(samples)) };
}

const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/(.{8})/g, '$1 ')
    .trim();
const nearest = (bits: number) => (sample: number) => {
  const scale = 2 ** (bits - 1);
  return Math.max(-scale, Math.min(scale - 1, Math.floor(sample * scale + 0.5))) / scale;
};

describe('the WAV encoder', () => {
  it('5.3: begins with a canonical header of 44 bytes', () => {
    // RIFF, 20040 bytes follow, WAVE; fmt of 16: PCM, 2 channels, 44100 Hz, 176400 bytes a second, 4 a frame, 16 bits; 20004 of data.
    expect(hex(encode().subarray(0, 44))).toBe(
      '52494646 484e0000 57415645 666d7420 10000000 01000200 44ac0000 10b10200 04001000 64617461 244e0000',
    );
  });

  it('5.4: is RF64 with the sizes in ds64 from 4 GiB on, and plain RIFF up to there', () => {
    const layout = { sampleRate: 48_000, channels: 2, bitDepth: 16 } as const;
    const most = Math.floor((0xffff_fffe - 36) / 4);
    expect(hex(wavHeader({ ...layout, frames: most }))).toBe(
      '52494646 fcffffff 57415645 666d7420 10000000 01000200 80bb0000 00ee0200 04001000 64617461 d8ffffff',
    );
    const long = wavHeader({ ...layout, frames: most + 1 });
    expect(hex(long)).toBe(
      '52463634 ffffffff 57415645 64733634 1c000000 24000000 01000000 dcffffff 00000000 f7ffff3f 00000000 00000000 ' +
        '666d7420 10000000 01000200 80bb0000 00ee0200 04001000 64617461 ffffffff',
    );
    expect(wavFileSize({ ...layout, frames: most + 1 })).toBe(80 + 4 * (most + 1));
  });

  it('5.4: of 20 hours is read again, with the whole of its length', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-wav-'));
    const layout = { sampleRate: 44_100, channels: 2, bitDepth: 16, frames: 20 * 3600 * 44_100 } as const;
    const file = path.join(folder, 'long.wav');
    try {
      const handle = await open(file, 'w');
      await handle.write(wavHeader(layout));
      // Nothing is stored of what lies behind it.
      await handle.truncate(wavFileSize(layout));
      const whole = await openFileSource(file);
      const { info, blocks } = await openAudio(whole, 'wav');
      expect(info).toMatchObject({ codec: 'pcm_s16le', sampleRate: 44_100, channels: 2 });
      for await (const block of blocks()) {
        expect(block[0]!.every(sample => sample === 0)).toBe(true);
        break;
      }
      await whole.close();
      // That a frame is missing is seen, so the reader knows how many there are to be.
      await handle.truncate(wavFileSize(layout) - 4);
      await handle.close();
      const cut = await openFileSource(file);
      await expect(openAudio(cut, 'wav')).rejects.toMatchObject({ code: 'audio.damaged' });
      await cut.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [16, 'pcm_s16le'],
    [24, 'pcm_s24le'],
  ] as const)('5.3: of %i bits holds the nearest value of each sample, without dither', async (bitDepth, codec) => {
    const { info, channels } = await decode(encode({ bitDepth }));
    expect(info).toMatchObject({ codec, channels: 2, sampleRate: 44_100 });
    expect(channels).toEqual(STEREO.map(channel => channel.map(nearest(bitDepth))));
  });

  it('of 32 bits holds the floats themselves, and tells its frames', async () => {
    const loud = STEREO.map(channel => channel.map(sample => 3 * sample));
    const file = encode({ bitDepth: 32 }, loud);
    expect(hex(file.subarray(12, 58))).toBe(
      '666d7420 12000000 03000200 44ac0000 20620500 08002000 00006661 63740400 00008913 00006461 7461489c 0000',
    );
    expect((await decode(file)).channels).toEqual(loud);
  });

  it('clips what is beyond full scale', async () => {
    const { channels } = await decode(encode({}, [Float32Array.of(1, 2, -1, -3)]));
    expect([...channels[0]!]).toEqual([32_767 / 32_768, 32_767 / 32_768, -1, -1]);
  });

  it('5.3: has the same bytes however its blocks were divided, with dither, too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
        fc.boolean(),
        fc.constantFrom<16 | 24>(16, 24),
        (lengths, dither, bitDepth) => {
          const whole = encode({ dither, bitDepth }, STEREO, [5001]);
          expect(Buffer.from(encode({ dither, bitDepth }, STEREO, lengths)).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('5.3: of a part has the bytes of that part of the whole, with dither, too', () => {
    const whole = encode({ dither: true });
    const part = encode(
      { dither: true, position: 1000 },
      STEREO.map(channel => channel.slice(1000, 3000)),
    );
    expect(Buffer.from(part.subarray(44)).equals(whole.subarray(44 + 4000, 44 + 12_000))).toBe(true);
  });

  it('dithers with a triangle of two steps, so that what is smaller than a step is kept in the mean', async () => {
    const faint = new Float32Array(40_000).fill(0.3 / 32_768);
    const values = (await decode(encode({ dither: true }, [faint]))).channels[0]!.map(sample => sample * 32_768);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0.3, 1);
    expect(new Set(values)).toEqual(new Set([-1, 0, 1]));
    expect((await decode(encode({}, [faint]))).channels[0]!.every(sample => sample === 0)).toBe(true);
  });

  it.each([0, 1, 2, 3])('5.3: has the length that is told before, of %i frames and of an odd size padded', frames => {
    const layout = { sampleRate: 22_050, channels: 1, bitDepth: 24, frames } as const;
    const file = encode(layout, [new Float32Array(frames)]);
    expect(file.length).toBe(wavFileSize(layout));
    expect(file.length % 2).toBe(0);
    expect(new DataView(file.buffer).getUint32(4, true)).toBe(file.length - 8);
    expect(new DataView(file.buffer).getUint32(40, true)).toBe(3 * frames);
  });

  it('refuses more frames than were announced, and fewer', () => {
    const two = [new Float32Array(2)];
    const encoder = createWavEncoder({ sampleRate: 22_050, channels: 1, bitDepth: 16, frames: 3 });
    encoder.encode(two);
    expect(() => encoder.finish()).toThrow('2 frames of a file of 3');
    expect(() => encoder.encode(two)).toThrow('4 frames of a file of 3');
  });
});
