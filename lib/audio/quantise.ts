import { randomNumberAt } from '#lib/base/random.ts';

/** Where the samples of a channel lie among all: the same place gets the same dither, in whatever blocks it comes. */
export interface DitherPlace {
  /** Of the first sample, in frames. */
  position: number;
  channel: number;
  channels: number;
}

const DITHER_SEED = 0x7d17;

/**
 * Samples as integers of `bitDepth` bits: times 2ⁿ⁻¹, rounded to the nearest, clipped at the ends.
 *
 * @param into every `stride`-th element from `first` on
 * @param dither adds noise with a triangular distribution of two steps (TPDF) before it rounds, which makes of distortion a faint hiss
 */
export function quantise(
  samples: Float32Array,
  bitDepth: 16 | 24,
  { into, first = 0, stride = 1 }: { into: Int16Array | Int32Array; first?: number; stride?: number },
  dither?: DitherPlace,
): void {
  const scale = 2 ** (bitDepth - 1);
  const [lowest, highest] = [-scale, scale - 1];
  for (let i = 0, at = first; i < samples.length; i++, at += stride) {
    let value = samples[i]! * scale;
    if (dither !== undefined) value += triangular((dither.position + i) * dither.channels + dither.channel);
    value = Math.floor(value + 0.5);
    into[at] = value < lowest ? lowest : value > highest ? highest : value;
  }
}

/** −1…1. */
function triangular(place: number): number {
  return randomNumberAt(DITHER_SEED, 2 * place) - randomNumberAt(DITHER_SEED, 2 * place + 1);
}
