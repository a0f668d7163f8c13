import { decibelsToGain } from '#lib/base/units.ts';

/** What of a recording of speech is speech: `from` inclusive, `to` exclusive, in its own frames. */
export interface SpeechTrim {
  from: number;
  to: number;
}

/** What is quieter than −60 dBFS counts as silence (3.1). */
const THRESHOLD = decibelsToGain(-60);
/** Seconds of it that are kept at both ends, so that no breath is cut. */
const KEPT = 0.02;

/** Leaves out silence before and after speech (3.1 of the script language). Speech that is silent throughout comes to nothing. */
export function trimSpeech(samples: Float32Array, sampleRate: number): SpeechTrim {
  let from = 0;
  let to = samples.length;
  while (from < to && !isHeard(samples[from]!)) from += 1;
  if (from === to) return { from: 0, to: 0 };
  while (!isHeard(samples[to - 1]!)) to -= 1;
  const kept = Math.round(KEPT * sampleRate);
  return { from: Math.max(0, from - kept), to: Math.min(samples.length, to + kept) };
}

function isHeard(sample: number): boolean {
  return sample >= THRESHOLD || sample <= -THRESHOLD;
}
