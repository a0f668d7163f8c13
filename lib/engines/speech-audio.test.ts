import { afterAll, describe, expect, it } from 'vitest';
import { makeAudio, makeSamples, type TestAudioOptions } from '#lib/codecs/test-audio.ts';
import { headerless, noise, tone, wavBytes } from './remote-servers.fixture.ts';
import { speechAudioPool, speechOf } from './speech-audio.ts';

afterAll(() => speechAudioPool().close());

const SPEECH = tone('Twelve words', 1);

async function decode(bytes: Uint8Array, contentType: string) {
  const type = contentType.split(';')[0]!;
  return speechOf('kokoro', { bytes: Uint8Array.from(bytes), type, contentType });
}

function same(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((sample, i) => sample === other[i]);
}

describe('the speech in an answer', () => {
  it.each([
    ['with its sizes', undefined],
    ['of a server that streams, which does not know its sizes yet', 0xffffffff],
    ['of one that leaves them at nothing', 0],
  ])('is exact in a WAV file %s', async (_, sizes) => {
    const { samples, sampleRate } = await decode(wavBytes(SPEECH, 22_050, sizes), 'audio/wav');
    expect(sampleRate).toBe(22_050);
    expect(same(samples, SPEECH)).toBe(true);
  });

  it('is exact without a header, at 24 kHz or the rate of its type', async () => {
    for (const type of ['audio/wav', 'audio/pcm', 'audio/x-wav']) {
      const { samples, sampleRate } = await decode(headerless(SPEECH), type);
      expect(sampleRate, type).toBe(24_000);
      expect(same(samples, SPEECH), type).toBe(true);
    }
    expect((await decode(headerless(SPEECH), 'audio/pcm;rate=16000')).sampleRate).toBe(16_000);
    expect((await decode(headerless(SPEECH), 'audio/pcm; Rate="44100"; channels=1')).sampleRate).toBe(44_100);
  });

  it.each<[TestAudioOptions['format'], string]>([
    ['wav', 'application/octet-stream'],
    ['flac', 'audio/wav'],
    ['flac', 'audio/flac'],
    ['opus', 'audio/ogg'],
    ['vorbis', 'application/ogg'],
    ['mp3', 'audio/mpeg'],
    ['mp3', ''],
  ])('is found in %s labelled %o', async (format, type) => {
    const options = { format, seconds: 0.5, sampleRate: 48_000, channels: 1 };
    const { samples, sampleRate } = await decode(await makeAudio(options), type);
    const [expected] = makeSamples(options);
    expect(sampleRate).toBe(48_000);
    expect(samples).toHaveLength(expected!.length);
    const middle = 12_000;
    const error = Math.max(...[0, 1, 50, 500].map(at => Math.abs(samples[middle + at]! - expected![middle + at]!)));
    expect(error).toBeLessThan(format === 'wav' || format === 'flac' ? 1 / 32_768 : 0.05);
  });

  it('is the mean of two channels, and stays within full scale', async () => {
    const signal = (_: number, channel: number) => (channel === 0 ? 0.5 : 0.25);
    const stereo = await decode(await makeAudio({ format: 'wav', seconds: 0.1, signal }), 'audio/wav');
    expect(stereo.samples[100]).toBeCloseTo(0.375, 4);
    const loud = { format: 'wav', float: true, bitDepth: 32, channels: 1, seconds: 0.1 } as const;
    const { samples } = await decode(
      await makeAudio({ ...loud, signal: time => 9 * Math.sin(9000 * time) }),
      'audio/wav',
    );
    expect(samples.every(sample => Math.abs(sample) <= 1)).toBe(true);
    const broken = await decode(await makeAudio({ ...loud, signal: () => NaN }), 'audio/wav');
    expect(broken.samples.every(sample => sample === 0)).toBe(true);
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['an odd number of bytes', headerless(SPEECH).subarray(1), 'audio/wav', /its length is odd/],
    ['noise', noise(48_000), 'audio/wav', /its samples are no sound/],
    ['nothing', new Uint8Array(), 'audio/wav', /no audio: not one frame|holds no audio/],
    ['nothing of no type', new Uint8Array(), '', /answered with something that is no audio\.$/],
    [
      'words',
      Buffer.from('Model is not loaded yet!'),
      'audio/wav',
      /no audio labelled audio\/wav\. It said: Model is not loaded/,
    ],
    ['an error', Buffer.from('{"detail":"No model."} '), 'audio/mpeg', /It said: No model|of no use/],
    ['a page', Buffer.from('<html>Not the engine</html>!'), 'audio/wav', /of no use|no audio/],
    ['a cut WAV file', wavBytes(SPEECH, 24_000).subarray(0, 5_000), 'audio/wav', /ends before its audio does/],
    ['a WAV header alone', wavBytes(new Float32Array(), 24_000), 'audio/wav', /no audio/],
    ['a rate that nobody speaks at', wavBytes(SPEECH, 4_000), 'audio/wav', /Speech at 4000 Hz is not accepted/],
    ['noise of no type', noise(48_000), 'application/octet-stream', /no audio/],
  ])('is refused where it is %s', async (_, bytes, type, message) => {
    const failure: unknown = await decode(bytes, type).then(
      ({ samples }) => `it is ${samples.length} samples`,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'speech.engine_failed', details: { engine: 'kokoro' } });
    expect((failure as Error).message).toMatch(message);
  });

  it('is not decoded any further once nobody wants it', async () => {
    const aborting = new AbortController();
    const reason = new Error('enough');
    const bytes = Uint8Array.from(await makeAudio({ format: 'opus', seconds: 20 }));
    const call = speechOf('kokoro', { bytes, type: 'audio/ogg', contentType: '' }, aborting.signal);
    setImmediate(() => aborting.abort(reason));
    await expect(call).rejects.toBe(reason);
    expect(same((await decode(headerless(SPEECH), 'audio/pcm')).samples, SPEECH)).toBe(true);
  });
});
