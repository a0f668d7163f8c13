/** What an outline is turned into: peaks for programs, a shape for eyes. */
import type { PeakPoints } from './peaks.ts';

/** BBC audiowaveform, JSON format version 2 (audiowaveform `doc/DataFormat.md`). */
export interface WaveformJson {
  version: 2;
  channels: 1;
  /** Hz. */
  sample_rate: number;
  /** Frames that each pair covers. */
  samples_per_pixel: number;
  bits: 8;
  /** Number of pairs. */
  length: number;
  /** min, max, min, max, …, each −128…127. */
  data: number[];
}

/** Interleaved min and max, −128…127; one byte each, so they are small to keep. */
export function quantisePeaks({ min, max }: PeakPoints): Int8Array<ArrayBuffer> {
  const bytes = new Int8Array(min.length * 2);
  for (let i = 0; i < min.length; i++) {
    bytes[2 * i] = toInt8(min[i]!);
    bytes[2 * i + 1] = toInt8(max[i]!);
  }
  return bytes;
}

function toInt8(sample: number): number {
  return Math.max(-128, Math.min(127, Math.round(sample * 128)));
}

/** @param peaks As from {@link quantisePeaks}. */
export function waveformJson(peaks: Int8Array, sampleRate: number, samplesPerPixel: number): WaveformJson {
  return {
    version: 2,
    channels: 1,
    sample_rate: sampleRate,
    samples_per_pixel: samplesPerPixel,
    bits: 8,
    length: peaks.length / 2,
    data: Array.from(peaks),
  };
}

export interface WaveformSize {
  /** Pixels. */
  width: number;
  height: number;
}

/** At most this much is a quiet recording lifted to be seen, linear: 24 dB. More would make mountains of the noise floor. */
const MAX_LIFT = 16;

/**
 * The gain that lets a quiet recording fill its picture. The picture is there to tell sounds apart; how loud they are is said in
 * numbers. Never under 1.
 */
export function pictureGain({ min, max }: PeakPoints): number {
  let peak = 0;
  for (let i = 0; i < min.length; i++) peak = Math.max(peak, -min[i]!, max[i]!);
  return peak === 0 ? 1 : Math.max(1, Math.min(MAX_LIFT, 1 / peak));
}

/**
 * An SVG of the waveform: the peak shape at half opacity under the RMS shape, both in one colour, so that a page may show the
 * picture as it is or use it as a CSS mask. Quiet recordings are lifted ({@link pictureGain}), amplitudes beyond ±1 cut off, and
 * silence stays a hairline.
 */
export function waveformSvg(points: PeakPoints, { width, height }: WaveformSize, colour = '#000'): string {
  const gain = pictureGain(points);
  const scaled = (values: Float32Array, by: number) => values.map(value => value * by);
  const outer = shapePath(scaled(points.max, gain), scaled(points.min, gain), width, height);
  const inner = shapePath(scaled(points.rms, gain), scaled(points.rms, -gain), width, height);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<g fill="${colour}"><path fill-opacity=".5" d="${outer}"/><path d="${inner}"/></g></svg>`
  );
}

/**
 * SVG path data of the closed shape between two curves: along `upper` from left to right, back along `lower`. Values are
 * amplitudes −1…1, up is positive; one value per point, spread over `width`.
 */
export function shapePath(upper: Float32Array, lower: Float32Array, width: number, height: number): string {
  const count = upper.length;
  if (count === 0) return '';
  const middle = height / 2;
  const hairline = 0.5;
  const x = (i: number) => tenths((i * width) / count);
  const clamp = (value: number) => Math.max(-1, Math.min(1, value));
  const top = (i: number) => tenths(Math.min(middle - clamp(upper[i]!) * middle, middle - hairline));
  const bottom = (i: number) => tenths(Math.max(middle - clamp(lower[i]!) * middle, middle + hairline));
  let path = `M0 ${top(0)}`;
  for (let i = 1; i < count; i++) path += `L${x(i)} ${top(i)}`;
  // The last point is drawn as wide as the others.
  path += `H${tenths(width)}V${bottom(count - 1)}`;
  for (let i = count - 1; i >= 0; i--) path += `L${x(i)} ${bottom(i)}`;
  return `${path}Z`;
}

/** A tenth of a pixel is finer than anyone sees and keeps the path short. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
