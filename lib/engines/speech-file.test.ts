import { describe, expect, it } from 'vitest';
import { openAudio } from '#lib/codecs/decode.ts';
import { memorySource } from '#lib/codecs/source.ts';
import { tone } from './remote-servers.fixture.ts';
import { packSpeech, readSpeechNote } from './speech-file.ts';

const WORDS = [{ from: 0, to: 5, start: 0, end: 0.21 }];
const NOTED = { words: WORDS, warnings: ['It does not follow pitch.'] };

async function decode(file: Uint8Array) {
  const audio = await openAudio(memorySource(file), 'flac');
  const samples: number[] = [];
  for await (const [channel] of audio.blocks()) samples.push(...channel!);
  return { info: audio.info, samples };
}

describe('a file of kept speech', () => {
  it('is FLAC that any decoder reads, with what is known of it beside', async () => {
    const samples = tone('Hello.', 1);
    const { file } = packSpeech({ samples: samples.slice(), sampleRate: 24_000 }, NOTED);
    expect(readSpeechNote(file)).toEqual({ frames: samples.length, sample_rate: 24_000, ...NOTED });
    const decoded = await decode(file);
    expect(decoded.info).toMatchObject({ sampleRate: 24_000, channels: 1, bitDepth: 16 });
    expect(decoded.samples).toEqual([...samples]);
  });

  it('has 24 bits where 16 would not hold the samples, and tells what it made of them', async () => {
    const given = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i / 7) * 1.1);
    const { file, samples } = packSpeech({ samples: given.slice(), sampleRate: 48_000 }, { words: null, warnings: [] });
    const decoded = await decode(file);
    expect(decoded.info.bitDepth).toBe(24);
    expect(decoded.samples).toEqual([...samples]);
    const clipped = given.map(sample => Math.max(-1, Math.min(1, sample)));
    expect(Math.max(...clipped.map((sample, i) => Math.abs(sample - samples[i]!)))).toBeLessThan(2 ** -22);
  });

  it('holds a note of any script and of many words', () => {
    const words = Array.from({ length: 5000 }, (_, i) => ({ from: i, to: i + 1, start: i / 3, end: (i + 1) / 3 }));
    const { file } = packSpeech({ samples: tone('x', 1), sampleRate: 8000 }, { words, warnings: ['Größe 語 👩‍🚒.'] });
    expect(readSpeechNote(file)).toMatchObject({ words, warnings: ['Größe 語 👩‍🚒.'] });
  });

  it('is not taken for whole with one bit changed, or cut, or longer', () => {
    const { file } = packSpeech({ samples: tone('Hello.', 1), sampleRate: 24_000 }, NOTED);
    for (const at of [0, 3, 5, 20, 43, 47, 60, 80, 120, file.length >> 1, file.length - 1]) {
      const damaged = file.slice();
      damaged[at]! ^= 1;
      expect(readSpeechNote(damaged), `byte ${at}`).toBeUndefined();
    }
    for (const length of [0, 3, 42, 81, 82, 100, file.length - 1]) {
      expect(readSpeechNote(file.slice(0, length)), `${length} bytes`).toBeUndefined();
    }
    expect(readSpeechNote(Buffer.concat([file, Buffer.alloc(1)]))).toBeUndefined();
  });
});
