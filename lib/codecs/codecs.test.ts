import { describe, expect, it } from 'vitest';
import { decodeAll, describeCodec } from './codec.suite.ts';
import { hasFfmpeg } from './ffmpeg.ts';
import { makeAudio } from './test-audio.ts';

const rates = [44_100, 48_000, 22_050];

describeCodec({ format: 'wav', info: { codec: 'pcm_s16le', bitDepth: 16 }, rates, snr: 80, tellsLength: true });
describeCodec({ format: 'flac', info: { codec: 'flac', bitDepth: 16 }, rates, snr: 80, tellsLength: true });
describeCodec({ format: 'oggflac', info: { codec: 'flac', bitDepth: 16 }, rates, snr: 80, tellsLength: true });
describeCodec({ format: 'mp3', info: { codec: 'mp3', bitDepth: null }, rates, snr: 15, tellsLength: true });
describeCodec({ format: 'vorbis', info: { codec: 'vorbis', bitDepth: null }, rates, snr: 15, tellsLength: true });
describeCodec({ format: 'opus', info: { codec: 'opus', bitDepth: null }, rates: [48_000], snr: 15, tellsLength: true });

if (await hasFfmpeg()) {
  const info = { codec: 'aac', bitDepth: null };
  describeCodec({ format: 'm4a', info, rates: [44_100], padding: 3072, snr: 15, tellsLength: true });
  describeCodec({ format: 'aac', info, rates: [44_100], padding: 3072, snr: 15, tellsLength: false });
} else {
  describe('M4A and AAC without ffmpeg', () => {
    it.each(['m4a', 'aac'] as const)('refuses %s and says what is missing', async format => {
      const bytes = await makeAudio({ format });
      await expect(decodeAll(bytes, format)).rejects.toMatchObject({
        code: 'audio.needs_ffmpeg',
        message: expect.stringContaining('ffmpeg') as string,
      });
    });

    it('tells a cut M4A all the same', async () => {
      const bytes = await makeAudio({ format: 'm4a' });
      await expect(decodeAll(bytes.slice(0, -100), 'm4a')).rejects.toMatchObject({ code: 'audio.damaged' });
    });
  });
}
