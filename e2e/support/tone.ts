import { makeAudio } from '#lib/codecs/test-audio.ts';

/** A stereo WAV; a frequency of its own for every test, since the library knows the same bytes again. */
export async function tone(frequency: number, seconds = 0.5): Promise<Buffer> {
  const signal = (time: number, channel: number) => 0.3 * Math.sin(2 * Math.PI * frequency * time + channel);
  return Buffer.from(await makeAudio({ format: 'wav', seconds, sampleRate: 44_100, channels: 2, signal }));
}
