import { afterAll, describe, expect, it } from 'vitest';
import { tone } from './remote-servers.fixture.ts';
import { encodeInThread, packInThread, speechAudioPool } from './speech-audio.ts';
import { decodeSpeech } from './speech-decoding.ts';
import { encodeSpeech, type EncodedFormat } from './speech-encoding.ts';

afterAll(() => speechAudioPool().close());

const SECONDS = 1;
const swell = (sampleRate: number) =>
  Float32Array.from({ length: SECONDS * sampleRate }, (_, i) => {
    const time = i / sampleRate;
    return 0.5 * Math.sin(Math.PI * time) * Math.sin(2 * Math.PI * 300 * time);
  });

/** The loudest within a twentieth of a second before and after. */
const peak = (samples: Float32Array, rate: number, at: number) =>
  samples.slice((at - 0.05) * rate, (at + 0.05) * rate).reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe('speech', () => {
  it.each<[EncodedFormat, from: number, to: number]>([
    ['mp3', 16_000, 16_000],
    ['mp3', 22_050, 22_050],
    ['mp3', 40_000, 44_100],
    ['mp3', 96_000, 48_000],
    ['opus', 16_000, 48_000],
    ['opus', 22_050, 48_000],
    ['opus', 44_100, 48_000],
    ['pcm', 16_000, 24_000],
    ['pcm', 44_100, 24_000],
  ])('as %s at %i Hz is as long as it was, read back at %i Hz, and swells when it did', async (as, from, to) => {
    const { file, contentType } = await encodeSpeech({ samples: swell(from), sampleRate: from }, as);
    expect(contentType).toMatch({ mp3: /^audio\/mpeg$/, opus: /^audio\/ogg/, pcm: /^audio\/pcm;rate=24000$/ }[as]);
    const format = as === 'pcm' ? ({ format: 'pcm', sampleRate: 24_000 } as const) : { format: as };
    const { samples, sampleRate } = await decodeSpeech(file, format);
    expect(sampleRate).toBe(to);
    expect(samples.length / to).toBeCloseTo(SECONDS, 3);
    for (const at of [0.2, 0.5, 0.8]) expect(peak(samples, to, at)).toBeCloseTo(peak(swell(from), from, at), 1);
  });

  it('is encoded in a thread, from the file that is kept of it', async () => {
    const { file } = await packInThread(
      { samples: tone('Hello.', 1), sampleRate: 24_000 },
      { words: null, warnings: [] },
    );
    const before = file.slice();
    const encoded = await encodeInThread(file, 'mp3');
    const { samples } = await decodeSpeech(encoded.file, { format: 'mp3' });
    expect(samples).toHaveLength(tone('Hello.', 1).length);
    // It is shared with whoever asks for it at the same time.
    expect(file).toEqual(before);
  });
});
