/**
 * The axis of the length filter: the buckets of the library's histogram side by side, each as wide as the next, so that tenths of
 * a second and hours have room on one line. Pure.
 */
import type { LengthBucket } from '#lib/sounds/sound.ts';

/** A side that bounds nothing is null. */
export interface LengthRange {
  /** Seconds. */
  min: number | null;
  /** Seconds. */
  max: number | null;
}

export interface LengthScale {
  /** From the shortest to the longest that the library has; at least one. */
  readonly buckets: readonly LengthBucket[];
  /** Sounds of the fullest bucket; at least 1. */
  readonly most: number;
}

/** Undefined where there is no sound. */
export function lengthScale(counts: readonly LengthBucket[]): LengthScale | undefined {
  const filled = (bucket: LengthBucket) => bucket.count > 0;
  const first = counts.findIndex(filled);
  if (first === -1) return undefined;
  const buckets = counts.slice(first, counts.findLastIndex(filled) + 1);
  return { buckets, most: Math.max(...buckets.map(({ count }) => count)) };
}

/** Edges of the buckets in seconds, ascending. */
export function edgesOf({ buckets }: LengthScale): number[] {
  return [...buckets.map(({ from }) => from), buckets.at(-1)!.to];
}

/** Where on the axis a length lies, 0…1; what is beyond an end lies on it. */
export function placeOf(scale: LengthScale, seconds: number): number {
  const { buckets } = scale;
  const index = buckets.findLastIndex(({ from }) => from <= seconds);
  if (index === -1) return 0;
  const { from, to } = buckets[index]!;
  return Math.min(1, (index + (seconds - from) / (to - from)) / buckets.length);
}

/**
 * The range after one of its handles was moved to an edge, by its number. At the end of the axis a handle bounds nothing; the two
 * keep a bucket between them.
 */
export function withHandleAt(scale: LengthScale, range: LengthRange, side: 'min' | 'max', edge: number): LengthRange {
  const edges = edgesOf(scale);
  const last = edges.length - 1;
  if (side === 'min') {
    const most = range.max === null ? last - 1 : edges.findLastIndex(seconds => seconds < range.max!);
    const at = Math.min(edge, Math.max(0, most));
    return { ...range, min: at <= 0 ? null : edges[at]! };
  }
  const least = range.min === null ? 1 : edges.findIndex(seconds => seconds > range.min!);
  const at = Math.max(edge, least === -1 ? last : least);
  return { ...range, max: at >= last ? null : edges[at]! };
}

/** The number of the edge that is `steps` away from a length; the first step leads to the next edge on that side. */
export function edgeBeside(scale: LengthScale, seconds: number, steps: number): number {
  const edges = edgesOf(scale);
  const at = steps > 0 ? edges.findLastIndex(edge => edge <= seconds) : edges.findIndex(edge => edge >= seconds);
  // Beyond an end there is nothing to step over.
  const from = at !== -1 ? at : steps > 0 ? -1 : edges.length;
  return Math.max(0, Math.min(edges.length - 1, from + steps));
}

/** The edge next to a place on the axis. @param place 0…1, beyond it where a pointer is */
export function edgeAt(scale: LengthScale, place: number): number {
  const { length } = scale.buckets;
  return Math.max(0, Math.min(length, Math.round(place * length)));
}

/** Whether a bucket has a part in the range. */
export function isWithin({ from, to }: LengthBucket, { min, max }: LengthRange): boolean {
  return (min === null || to > min) && (max === null || from < max);
}

/** `0.3 s`, `2 min`, `1:30 min`, `2 h`, `1:30 h`. */
export function secondsInWords(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 60) return `${Number(seconds.toFixed(2))} s`;
  const [size, unit] = seconds < 3600 ? [60, 'min'] : [3600, 'h'];
  const rest = (seconds % size) / (size / 60);
  return `${Math.floor(seconds / size)}${rest < 1 ? '' : `:${two(rest)}`} ${unit}`;
}

/** `Length`, `up to 30 s`, `from 2 min`, `2 s to 30 s`. */
export function rangeInWords({ min, max }: LengthRange): string {
  if (min === null) return max === null ? 'Length' : `up to ${secondsInWords(max)}`;
  if (max === null) return `from ${secondsInWords(min)}`;
  return `${secondsInWords(min)} to ${secondsInWords(max)}`;
}

/** What a field holds, or the address, in seconds. Null for none, and for text that is no length. */
export function secondsOf(text: string): number | null {
  return /^\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : null;
}
