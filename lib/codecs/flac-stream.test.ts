import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '#lib/base/random.ts';
import { openAudio } from './decode.ts';
import { encodeAll } from './encoder.ts';
import { createFlacEncoder, encodeFlac, type FlacEncoderOptions } from './flac-encoder.ts';
import { parseStreamInfo } from './flac.ts';
import { memorySource } from './source.ts';
import { createWavEncoder } from './wav-encoder.ts';

const FRAMES = 20_001;
const next = randomNumbers(11);
const noise = () => Float32Array.from({ length: FRAMES }, () => next() - 0.5);
const tone = (pitch: number) => Float32Array.from({ length: FRAMES }, (_, i) => 0.6 * Math.sin(i / pitch));
const silence = new Float32Array(FRAMES);

function encode(options: Partial<FlacEncoderOptions>, signal: readonly Float32Array[], lengths = [4096]): Uint8Array {
  const channels = signal.length === 1 ? 1 : 2;
  const blocks: Float32Array[][] = [];
  for (let at = 0, i = 0; at < signal[0]!.length; i++) {
    const length = lengths[i % lengths.length]!;
    blocks.push(signal.map(channel => channel.slice(at, at + length)));
    at += length;
  }
  return encodeAll(createFlacEncoder({ sampleRate: 44_100, bitDepth: 16, ...options, channels }), blocks);
}

async function decode(file: Uint8Array, format: 'flac' | 'wav') {
  const { info, blocks } = await openAudio(memorySource(file), format);
  const channels: number[][] = Array.from({ length: info.channels }, () => []);
  for await (const block of blocks()) block.forEach((samples, channel) => channels[channel]!.push(...samples));
  return { info, channels };
}

/** What a WAV file with the same settings holds. */
function asWav(signal: readonly Float32Array[], bitDepth: 16 | 24, dither = false) {
  const layout = { sampleRate: 44_100, channels: signal.length, bitDepth, frames: signal[0]!.length };
  return encodeAll(createWavEncoder({ ...layout, dither }), [signal]);
}

describe('FLAC as a stream', () => {
  it.each([
    ['mono', [tone(15)]],
    ['two channels that have nothing in common', [tone(15), noise()]],
    ['two that are the same', [tone(15), tone(15)]],
    ['two that are nearly the same', [tone(15), tone(15).map(sample => sample + 1e-3 * (next() - 0.5))]],
    ['two that are opposites, at full scale', [tone(3).map(Math.sign), tone(3).map(x => -Math.sign(x))]],
    ['one side only', [silence, tone(15)]],
    ['noise', [noise(), noise()]],
    ['silence', [silence, silence]],
  ])('5.3: of %s holds what WAV does, sample for sample, of 16 and of 24 bits', async (_, signal) => {
    for (const bitDepth of [16, 24] as const) {
      const { info, channels } = await decode(encode({ bitDepth }, signal), 'flac');
      expect(info).toMatchObject({ codec: 'flac', sampleRate: 44_100, bitDepth, channels: signal.length });
      expect(channels).toEqual((await decode(asWav(signal, bitDepth), 'wav')).channels);
    }
  });

  it('5.3: has the same bytes however its blocks were divided, with dither, too', () => {
    const signal = [tone(15), noise()];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (lengths, dither) => {
          expect(Buffer.from(encode({ dither }, signal, lengths)).equals(encode({ dither }, signal, [FRAMES]))).toBe(
            true,
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  it('dithers as WAV does', async () => {
    const signal = [tone(15), noise()];
    const { channels } = await decode(encode({ dither: true }, signal), 'flac');
    expect(channels).toEqual((await decode(asWav(signal, 16, true), 'wav')).channels);
    const part = encode(
      { dither: true, position: 5000 },
      signal.map(channel => channel.slice(5000)),
    );
    expect((await decode(part, 'flac')).channels).toEqual(channels.map(channel => channel.slice(5000)));
  });

  it('tells its length and the MD5 of its samples at the end, and neither before', () => {
    const signal = [tone(15), noise()];
    const encoder = createFlacEncoder({ sampleRate: 44_100, channels: 2, bitDepth: 16 });
    const first = encoder.encode(signal);
    const { head } = encoder.finish();
    expect(parseStreamInfo(first.subarray(8)).frames).toBeNull();
    expect(parseStreamInfo(head!.subarray(8))).toMatchObject({ frames: FRAMES, info: { channels: 2, bitDepth: 16 } });
    const md5 = createHash('md5').update(asWav(signal, 16).subarray(44)).digest('hex');
    expect(Buffer.from(head!.subarray(26, 42)).toString('hex')).toBe(md5);
  });

  it('is of one channel what the encoder of speech makes', () => {
    const signal = tone(15);
    const samples = Int32Array.from(signal, sample => Math.floor(sample * 32_768 + 0.5));
    expect(Buffer.from(encode({}, [signal])).equals(encodeFlac({ samples, sampleRate: 44_100, bitDepth: 16 }))).toBe(
      true,
    );
  });

  it('takes of two equal channels little more than of one', () => {
    const voice = tone(15).map((sample, i) => sample * Math.sin(i / 900) ** 2 + 0.01 * (next() - 0.5));
    const one = encode({}, [voice]).length;
    expect(encode({}, [voice, voice]).length).toBeLessThan(1.01 * one + 200);
    expect(one).toBeLessThan(FRAMES * 2 * 0.7);
  });

  it('refuses a rate that frames cannot name', () => {
    expect(() => createFlacEncoder({ sampleRate: 65_537, channels: 1, bitDepth: 16 })).toThrow(RangeError);
  });
});
