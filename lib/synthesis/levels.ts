/** How loud a sound of the pack is: beds alike over their whole length, effects alike in their loudest moment. */
import { createLoudnessMeter } from '#lib/audio/loudness.ts';
import { gainOf } from './elementary.ts';
import { framesIn, RATE, type Signal } from './signal.ts';

/** Integrated loudness of a bed. At the script's default volume (0.3) and ducked (0.1) it lies well under speech at −20 LUFS. */
export const BED_LUFS = -24;
/** Loudest 400 ms of an effect. A click that would have to peak higher for that stays under it. */
export const EFFECT_LUFS = -18;
/** No sample of the pack is beyond this. */
export const PEAK_DBFS = -1;

const WINDOW_SECONDS = 0.4;
const HOP_SECONDS = 0.1;

/** LUFS over the whole length; −Infinity for silence. */
export function integratedLoudness(channels: readonly Signal[]): number {
  return loudnessOf(channels.map(channel => Float32Array.from(channel)));
}

/** Momentary loudness at its highest, LUFS: windows of 400 ms, the last one filled up with silence. */
export function loudestMoment(channels: readonly Signal[]): number {
  const samples = channels.map(channel => Float32Array.from(channel));
  const frames = samples[0]?.length ?? 0;
  const width = framesIn(WINDOW_SECONDS);
  const hop = framesIn(HOP_SECONDS);
  let loudest = -Infinity;
  for (let start = 0; start === 0 || start + width - hop < frames; start += hop) {
    const window = samples.map(channel => {
      const filled = new Float32Array(width);
      filled.set(channel.subarray(start, start + width));
      return filled;
    });
    loudest = Math.max(loudest, loudnessOf(window));
  }
  return loudest;
}

export function peakOf(channels: readonly Signal[]): number {
  let peak = 0;
  for (const channel of channels) for (const sample of channel) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/** The gain that brings a sound to its level. */
export function levellingGain(channels: readonly Signal[], { loop }: { loop: boolean }): number {
  const loudness = loop ? integratedLoudness(channels) : loudestMoment(channels);
  const wanted = gainOf((loop ? BED_LUFS : EFFECT_LUFS) - loudness);
  const most = gainOf(PEAK_DBFS) / peakOf(channels);
  // The meter uses functions whose last digit depends on the machine.
  return Math.floor(Math.min(wanted, most) * 1e6) / 1e6;
}

function loudnessOf(samples: readonly Float32Array[]): number {
  const meter = createLoudnessMeter(RATE, samples.length);
  meter.push(samples);
  return meter.integrated() ?? -Infinity;
}
