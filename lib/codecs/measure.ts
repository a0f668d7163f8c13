/** One pass over a recording: facts, loudness, peaks and shape. */
import { createLoudnessMeter } from '#lib/audio/loudness.ts';
import { silenceNonFinite } from '#lib/audio/pcm.ts';
import { createPeakExtractor } from '#lib/audio/peaks.ts';
import { quantisePeaks, waveformSvg } from '#lib/audio/waveform.ts';
import { gainToDecibels } from '#lib/base/units.ts';
import type { AnalysisResult } from './analysis.ts';
import type { AudioFormat, ByteSource, OpenOptions } from './codec.ts';
import { tooLong } from './codecs.errors.ts';
import { openAudio } from './decode.ts';
import { PICTURE_SIZE } from './waveform-picture.ts';

export async function measureAudio(
  source: ByteSource,
  format: AudioFormat,
  { signal, maxSeconds = Infinity }: OpenOptions & { maxSeconds?: number | undefined } = {},
): Promise<AnalysisResult> {
  const opened = await openAudio(source, format, { signal });
  const { codec, sampleRate, channels, bitDepth } = opened.info;
  // Rounded, for 2.01 s at 44.1 kHz is 88640.99… in floating point.
  const maxFrames = Math.round(maxSeconds * sampleRate);
  const meter = createLoudnessMeter(sampleRate, channels);
  const peaks = createPeakExtractor(channels);
  for await (const block of opened.blocks()) {
    silenceNonFinite(block);
    peaks.push(block);
    if (peaks.frames > maxFrames) throw tooLong(maxSeconds);
    meter.push(block);
  }
  const { frames } = peaks;
  const points = peaks.points();
  const peak = peaks.peak();
  return {
    facts: {
      codec,
      sample_rate: sampleRate,
      channels,
      bit_depth: bitDepth,
      frames,
      length: frames / sampleRate,
      peak_dbfs: peak === 0 ? null : gainToDecibels(peak),
      loudness_lufs: meter.integrated(),
      peaks: quantisePeaks(points),
      samples_per_pixel: points.framesPerPoint,
    },
    svg: waveformSvg(points, PICTURE_SIZE),
  };
}
