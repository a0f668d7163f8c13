import { describe, expect, it } from 'vitest';
import { openAudio } from './decode.ts';
import { memorySource } from './source.ts';
import { makeAudio, type TestAudioOptions } from './test-audio.ts';

async function samplesOf(options: TestAudioOptions): Promise<Float32Array[]> {
  const blocks: Float32Array[] = [];
  const audio = await openAudio(memorySource(await makeAudio(options)), options.format);
  for await (const [left] of audio.blocks()) blocks.push(Float32Array.from(left!));
  return blocks;
}

describe('FLAC', () => {
  it.each([4097, 10_000])(
    'is whole where its last frame is shorter than a header: %i samples of silence',
    async frames => {
      const blocks = await samplesOf({ format: 'flac', seconds: frames / 16_000, sampleRate: 16_000, signal: () => 0 });
      expect(blocks.reduce((sum, block) => sum + block.length, 0)).toBe(frames);
    },
  );

  it.each(['flac', 'oggflac'] as const)('has the samples that WAV has: %s', async format => {
    const signal = (time: number) => (time < 0.01 ? -1 : Math.sin(time * 9000));
    const options = { seconds: 0.1, sampleRate: 16_000, channels: 1, signal };
    const [flac] = await samplesOf({ format, ...options });
    const [wav] = await samplesOf({ format: 'wav', ...options });
    expect(flac![0]).toBe(-1);
    expect(flac!.every((sample, i) => sample === wav![i])).toBe(true);
  });
});
