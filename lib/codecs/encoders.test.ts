import { describe, expect, it } from 'vitest';
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioFormat } from './codec.ts';
import { openAudio } from './decode.ts';
import { encodeAll, type AudioEncoder } from './encoder.ts';
import { createMp3Encoder, MP3_RATES, type Mp3Bitrate, type Mp3Rate } from './mp3-encoder.ts';
import { createOpusEncoder, OPUS_RATES, type OpusRate } from './opus-encoder.ts';
import { sniffAudio } from './sniff.ts';
import { memorySource } from './source.ts';

const SECONDS = 2.3456;
const FREQUENCY = 440;

/** A tone that swells, so that what is shifted or cut shows; an octave higher in the second channel. */
function tone(sampleRate: number, channels = 1, seconds = SECONDS): Float32Array[] {
  const frames = Math.round(seconds * sampleRate);
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, i) => {
      const time = i / sampleRate;
      return 0.6 * Math.sin(Math.PI * (time / seconds)) * Math.sin(2 * Math.PI * FREQUENCY * (channel + 1) * time);
    }),
  );
}

function* blocksOf(channels: readonly Float32Array[], size: number): Generator<PlanarBlock> {
  for (let at = 0; at < channels[0]!.length; at += size) yield channels.map(one => one.subarray(at, at + size));
}

async function decode(file: Uint8Array, format: AudioFormat) {
  expect((await sniffAudio(file)).format).toBe(format);
  const audio = await openAudio(memorySource(file), format);
  const parts: Float32Array[][] = [];
  for await (const block of audio.blocks()) parts.push(block.map(channel => channel.slice()));
  const channels = Array.from({ length: audio.info.channels }, (_, channel) =>
    Float32Array.from(parts.flatMap(part => [...part[channel]!])),
  );
  return { ...audio.info, channels, frames: channels[0]!.length };
}

/** How much of a tone is in the samples between two times, as an amplitude. */
function amplitude(samples: Float32Array, rate: number, frequency: number, from: number, to: number): number {
  let [sin, cos] = [0, 0];
  const [first, last] = [Math.round(from * rate), Math.round(to * rate)];
  for (let i = first; i < last; i++) {
    sin += samples[i]! * Math.sin((2 * Math.PI * frequency * i) / rate);
    cos += samples[i]! * Math.cos((2 * Math.PI * frequency * i) / rate);
  }
  return (2 * Math.hypot(sin, cos)) / (last - first);
}

/** What came back is the same tone at the same loudness, and nothing else that matters. */
function expectSameTone(samples: Float32Array, rate: number, original: Float32Array, originalRate: number): void {
  for (let from = 0.1; from < SECONDS - 0.3; from += 0.25) {
    const expected = amplitude(original, originalRate, FREQUENCY, from, from + 0.2);
    const share = amplitude(samples, rate, FREQUENCY, from, from + 0.2) / expected;
    // LAME takes up to 5 % off.
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(1.03);
    for (const other of [FREQUENCY * 2, FREQUENCY * 5.3]) {
      expect(amplitude(samples, rate, other, from, from + 0.2)).toBeLessThan(0.03 * expected + 0.003);
    }
  }
}

/** Samples between what went in and what came out at the same place; small where nothing is late. */
function expectInTime(samples: Float32Array, original: Float32Array): void {
  let [difference, energy] = [0, 0];
  original.forEach((sample, i) => {
    difference += (sample - samples[i]!) ** 2;
    energy += sample ** 2;
  });
  expect(difference / energy).toBeLessThan(0.02);
}

describe('the MP3 encoder', () => {
  const encoder = (sampleRate: Mp3Rate, channels: 1 | 2 = 1, bitrate: Mp3Bitrate = 64) =>
    createMp3Encoder({ sampleRate, channels, bitrate });

  it.each(MP3_RATES)('is read back in its exact length, in time, at %i Hz', async sampleRate => {
    const original = tone(sampleRate);
    const file = encodeAll(await encoder(sampleRate), blocksOf(original, 1000));
    const decoded = await decode(file, 'mp3');
    expect(decoded).toMatchObject({ sampleRate, frames: original[0]!.length });
    expectSameTone(decoded.channels[0]!, sampleRate, original[0]!, sampleRate);
    expectInTime(decoded.channels[0]!, original[0]!);
  });

  it('has as many bytes as its rate says', async () => {
    const file = encodeAll(await encoder(44_100, 2, 192), blocksOf(tone(44_100, 2), 4096));
    expect((file.length * 8) / SECONDS / 192_000).toBeCloseTo(1, 1);
    const { channels } = await decode(file, 'mp3');
    expect(amplitude(channels[1]!, 44_100, FREQUENCY * 2, 1, 1.2)).toBeGreaterThan(0.5);
  });

  it('is whole without the head that says how long it is, only not to the sample', async () => {
    const mp3 = await encoder(24_000);
    const original = tone(24_000);
    const bytes = mp3.encode(original);
    const { rest, head } = mp3.finish();
    const decoded = await decode(Uint8Array.from([...bytes, ...rest]), 'mp3');
    expect(decoded.frames).toBeGreaterThanOrEqual(original[0]!.length);
    expect(decoded.frames).toBeLessThan(original[0]!.length + 4 * 1152);
    expect(head!.length).toBeLessThan(bytes.length);
  });

  it('refuses a bit rate that the sample rate does not have', async () => {
    await expect(encoder(16_000, 1, 192)).rejects.toThrow('16000 Hz takes at most 160');
  });
});

describe('the Opus encoder', () => {
  const encoder = (sampleRate: OpusRate, channels: 1 | 2 = 1, bitrate = 48_000) =>
    createOpusEncoder({ sampleRate, channels, bitrate });

  it.each(OPUS_RATES)('is read back in its exact length, in time, from %i Hz', async sampleRate => {
    const original = tone(sampleRate);
    const file = encodeAll(await encoder(sampleRate), blocksOf(original, 777));
    const decoded = await decode(file, 'opus');
    expect(decoded).toMatchObject({ sampleRate: 48_000, frames: original[0]!.length * (48_000 / sampleRate) });
    expectSameTone(decoded.channels[0]!, 48_000, original[0]!, sampleRate);
    if (sampleRate === 48_000) expectInTime(decoded.channels[0]!, original[0]!);
  });

  it.each([1, 647, 648, 649, 960, 1920, 48_000])('is exact with %i samples', async frames => {
    const samples = tone(48_000)[0]!.subarray(0, frames);
    const file = encodeAll(await encoder(48_000), [[samples]]);
    expect((await decode(file, 'opus')).frames).toBe(frames);
  });

  it('keeps two channels apart', async () => {
    const file = encodeAll(await encoder(48_000, 2, 96_000), blocksOf(tone(48_000, 2), 4096));
    const { channels } = await decode(file, 'opus');
    expect(amplitude(channels[0]!, 48_000, FREQUENCY, 1, 1.2)).toBeGreaterThan(0.5);
    expect(amplitude(channels[1]!, 48_000, FREQUENCY * 2, 1, 1.2)).toBeGreaterThan(0.5);
    expect(amplitude(channels[1]!, 48_000, FREQUENCY, 1, 1.2)).toBeLessThan(0.05);
  });

  it('encodes the same however many others are at work in the same thread', async () => {
    const original = tone(48_000);
    const alone = encodeAll(await encoder(48_000), blocksOf(original, 960));
    const others = await Promise.all(Array.from({ length: 6 }, () => encoder(48_000)));
    const parts: Uint8Array[][] = others.map(() => []);
    for (const block of blocksOf(original, 960)) others.forEach((one, i) => parts[i]!.push(one.encode(block)));
    others.forEach((one, i) => parts[i]!.push(one.finish().rest));
    for (const part of parts) expect(Buffer.concat(part).equals(alone)).toBe(true);
  });

  it('carries comments', async () => {
    const opus = await createOpusEncoder({
      sampleRate: 24_000,
      channels: 1,
      bitrate: 32_000,
      comments: ['TITLE=Été', 'CHAPTER001=00:00:00.000', 'CHAPTER001NAME=One'],
    });
    const file = encodeAll(opus, blocksOf(tone(24_000), 4096));
    for (const comment of ['TITLE=Été', 'CHAPTER001NAME=One']) expect(Buffer.from(file).includes(comment)).toBe(true);
    expect((await decode(file, 'opus')).frames).toBe(Math.round(SECONDS * 24_000) * 2);
  });
});

describe('what is encoded', () => {
  it.each([
    ['MP3', () => createMp3Encoder({ sampleRate: 24_000, channels: 1, bitrate: 64 })],
    ['Opus', () => createOpusEncoder({ sampleRate: 24_000, channels: 1, bitrate: 32_000 })],
  ] satisfies [string, () => Promise<AudioEncoder>][])(
    'as %s has the same bytes each time, and is clipped where it is too loud',
    async (_, create) => {
      const loud = tone(24_000).map(channel => channel.map(sample => sample * 3));
      const one = encodeAll(await create(), blocksOf(loud, 500));
      const two = encodeAll(await create(), blocksOf(loud, 5000));
      expect(Buffer.from(one).equals(two)).toBe(true);
      const { channels, sampleRate } = await decode(one, one[0] === 0x4f ? 'opus' : 'mp3');
      // Clipped, a sine of 1.8 is nearly a square wave; turned around, it would have lost its ground tone.
      expect(amplitude(channels[0]!, sampleRate, FREQUENCY, 1.1, 1.3)).toBeGreaterThan(1);
    },
  );
});
