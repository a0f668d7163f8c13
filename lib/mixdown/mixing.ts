/** From a timeline to a file or to bytes. Runs in a thread in which nothing else waits. */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import { gainToDecibels } from '#lib/base/units.ts';
import type { AudioEncoder } from '#lib/codecs/encoder.ts';
import { createFlacEncoder } from '#lib/codecs/flac-encoder.ts';
import { createWavEncoder, wavHeader } from '#lib/codecs/wav-encoder.ts';
import { createMixer, type Mixer } from '#lib/mixer/mixer.ts';
import { OpenSources } from './file-pcm-source.ts';
import type { MixedFile, MixLayout, MixSettings, MixToFile, MixToFileTask } from './mix.ts';
import { OutputFile } from './output-file.ts';
import { unpackStretches, type Stretch } from './stretches.ts';

/**
 * Leaves half a file where it throws.
 *
 * @throws AppError `storage.full`; errors of the file system
 */
export async function mixFile(mix: MixToFileTask): Promise<MixedFile> {
  const encoder = createEncoder(mix);
  const progress = new BigInt64Array(mix.progress);
  const output = new OutputFile(mix.file);
  let peak = 0;
  let leastGain = 1;
  let frames = 0;
  const sources = new OpenSources();
  const mixStretch = async (stretch: Stretch) => {
    sources.take(stretch.sources);
    const mixer = openMixer({ ...mix, ...stretch }, sources);
    for (const block of mixer.render(stretch.from, stretch.to)) {
      peak = Math.max(peak, peakOf(block));
      output.write(encoder.encode(block));
      if (output.wantsFlush) await output.flush();
      frames += block[0]!.length;
      Atomics.store(progress, 0, BigInt(frames));
    }
    leastGain = Math.min(leastGain, mixer.leastGain);
  };
  try {
    for (const stretch of unpackStretches(mix.stretches)) await mixStretch(stretch);
    const { rest, head } = encoder.finish();
    output.write(rest);
    const sha256 = await output.finish(head);
    const peakDbfs = peak === 0 ? null : gainToDecibels(peak);
    return { bytes: output.size, sha256, frames, peakDbfs, reduction: Math.abs(gainToDecibels(leastGain)) };
  } finally {
    encoder.close();
    sources.close();
    await output.close();
  }
}

/** The thread's side of `mixSamples` in `mix.ts`. */
export function samplesOf(mix: MixSettings): Uint8Array<ArrayBuffer> {
  const { from, to, channels, bitDepth, timeline } = mix;
  const { sampleRate } = timeline;
  const sources = new OpenSources(mix.sources);
  try {
    const encoder = createEncoder({ ...mix, sampleRate, format: 'wav' });
    const bytes = new Uint8Array(((to - from) * channels * bitDepth) / 8);
    // Whoever asked has a header for all of its parts.
    let at = -wavHeader(wavLayout({ ...mix, sampleRate })).length;
    for (const block of openMixer(mix, sources).render(from, to)) {
      const encoded = encoder.encode(block);
      bytes.set(encoded.subarray(Math.max(0, -at)), Math.max(0, at));
      at += encoded.length;
    }
    return bytes;
  } finally {
    sources.close();
  }
}

function openMixer({ timeline, channels, limiterDbfs }: MixSettings, sources: OpenSources): Mixer {
  return createMixer({ timeline, channels, limiter: limiterDbfs, sources: name => sources.get(name) });
}

type Written = MixLayout & { sampleRate: number };

function createEncoder(mix: Written & Pick<MixToFile, 'format'>): AudioEncoder {
  const { format, sampleRate, channels, bitDepth, dither, from: position } = mix;
  if (format === 'wav') return createWavEncoder({ ...wavLayout(mix), dither, position });
  if (bitDepth === 32) throw new RangeError('FLAC holds no floats: 16 or 24 bits');
  return createFlacEncoder({ sampleRate, channels, bitDepth, dither, position });
}

function wavLayout({ sampleRate, channels, bitDepth, from, to }: Written) {
  return { sampleRate, channels, bitDepth, frames: to - from };
}

function peakOf(block: PlanarBlock): number {
  let peak = 0;
  for (const channel of block) {
    for (let i = 0; i < channel.length; i++) {
      const level = Math.abs(channel[i]!);
      if (level > peak) peak = level;
    }
  }
  return peak;
}
