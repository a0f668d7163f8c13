/**
 * When growing memory is called a leak. A pure function over points in time; `docs/decisions/0014-leak-rule.md` says why it is so.
 *
 * A point is the lowest live memory in five minutes: what was still there after a collection of the whole heap, less what the
 * caches know they hold. Over the last 100 minutes, growth is a leak where all of this holds:
 *
 * 1. It is no chance: Mann and Kendall's test finds it in the whole, and twice in a row: in the first and in the last 75 minutes.
 * 2. It is as fast as the threshold, as far as the noise lets one tell.
 * 3. It goes on: the first, the middle and the last half have the slope of the whole, within noise, and it was not much steeper
 *    before. What fills up or warms up bends.
 * 4. It is not explained by more work: collections of the young generation, which come with allocations, did not become more.
 */
import { levelOf, noiseOf, slopeError, trendOf, type Point, type Trend } from './trend.ts';

export const LEAK_KINDS = ['heap', 'external', 'array_buffers'] as const;
/** Where memory grows: objects of JavaScript, memory that native objects hold, or the bytes of buffers. */
export type LeakKind = (typeof LEAK_KINDS)[number];

/** What one bucket of time saw. */
export interface Bucket {
  /** Milliseconds. */
  readonly start: number;
  /** The lowest live bytes of each kind, and when; undefined where the whole heap was not collected. */
  readonly lowest: Readonly<Record<LeakKind, Point>> | undefined;
  /** Collections of the young generation. */
  readonly minor: number;
}

export interface LeakRule {
  /** Bytes an hour. */
  readonly threshold: number;
  /** Milliseconds from the begin of the process of which nothing is judged. */
  readonly warmUp: number;
  /** Milliseconds. */
  readonly bucket: number;
  /** Buckets that are judged together. */
  readonly window: number;
  /** Buckets in each of the two windows that must both show growth: the first and the last of the whole window. */
  readonly part: number;
  /** Points that each of them must have. */
  readonly leastPoints: number;
  /** Milliseconds without growth after which a leak is over. */
  readonly calm: number;
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** From the begin of the process a leak is found in 15 + 100 minutes: in under two hours. */
export const LEAK_RULE: LeakRule = {
  threshold: 1_000_000,
  warmUp: 15 * MINUTE,
  bucket: 5 * MINUTE,
  window: 20,
  part: 15,
  leastPoints: 7,
  calm: 6 * HOUR,
};

/** Of Mann and Kendall's test, one-sided: 3 in 100 000 windows without a trend, and one in 44 of either part. */
const WHOLE_SCORE = 4;
const PART_SCORE = 2;
/** Of the slope's limits: 99 in 100 on each side. */
const SLOPE_SIGMA = 2.33;
/** Of the threshold. The estimate may be lower by noise, but not by any. */
const LEAST_SLOPE = 0.75;
/** How far the slope of a half may be from that of the whole, as a ratio, beside {@link BEND_SIGMA} of its error. */
const BEND_RATIO = 1.2;
const BEND_SIGMA = 1.5;
/** Growth that was that much steeper in the window before is about to end. */
const SLOWING_RATIO = 1.5;
/** Work that rose over the window: 99 in 100 sure, and by a twentieth. */
const WORK_SCORE = 2.33;
const WORK_RISE = 0.05;

/**
 * - `unknown`: too few collections so far
 * - `flat`: no growth, or slower than the threshold
 * - `bending`: it grows, but does not go on as it began
 * - `with_work`: it grows together with the work
 * - `growing`: a leak
 */
export type Finding = 'unknown' | 'flat' | 'bending' | 'with_work' | 'growing';

export interface Judgement {
  readonly kind: LeakKind;
  readonly finding: Finding;
  /** Bytes an hour, with limits; undefined where the finding is `unknown`. */
  readonly trend: Pick<Trend, 'slope' | 'low' | 'high'> | undefined;
  /** Where the line of the trend begins: the time of the first point, and live bytes. */
  readonly begin: Point | undefined;
}

/**
 * Judges the window that ends at `end`.
 *
 * @param buckets in order, without those of the warm-up; those before the window tell whether growth slows down
 */
export function judge(kind: LeakKind, buckets: readonly Bucket[], end: number, rule: LeakRule): Judgement {
  const from = end - rule.window * rule.bucket;
  const within = buckets.filter(({ start }) => start >= from && start < end);
  const points = pointsOf(kind, within);
  const span = rule.part * rule.bucket;
  const parts = [points.filter(({ at }) => at < from + span), points.filter(({ at }) => at >= end - span)];
  if (parts.some(part => !isEnough(part, rule)))
    return { kind, finding: 'unknown', trend: undefined, begin: undefined };

  const trend = trendOf(points, SLOPE_SIGMA);
  const before = pointsOf(kind, buckets.filter(({ start }) => start < from).slice(-rule.window));
  const finding = ((): Finding => {
    if (trend.score < WHOLE_SCORE || !isFast(trend, rule)) return 'flat';
    if (!parts.every(part => isGrowth(part, rule))) return 'flat';
    if (!isStraight(points, trend.slope, from, end)) return 'bending';
    if (before.length >= rule.leastPoints && trendOf(before, 0).slope > SLOWING_RATIO * trend.slope) return 'bending';
    return isMoreWork(within) ? 'with_work' : 'growing';
  })();
  const { slope, low, high } = trend;
  return {
    kind,
    finding,
    trend: { slope: slope * HOUR, low: low * HOUR, high: high * HOUR },
    begin: { at: points[0]!.at, value: levelOf(points, slope) },
  };
}

function pointsOf(kind: LeakKind, buckets: readonly Bucket[]): Point[] {
  return buckets.flatMap(({ lowest }) => (lowest === undefined ? [] : [lowest[kind]]));
}

/** Enough points, over three quarters of their window at least. */
function isEnough(points: readonly Point[], { leastPoints, part, bucket }: LeakRule): boolean {
  return points.length >= leastPoints && points.at(-1)!.at - points[0]!.at >= 0.75 * part * bucket;
}

function isGrowth(points: readonly Point[], rule: LeakRule): boolean {
  const trend = trendOf(points, SLOPE_SIGMA);
  return trend.score >= PART_SCORE && isFast(trend, rule);
}

function isFast({ slope, high }: Trend, { threshold }: LeakRule): boolean {
  return slope * HOUR >= LEAST_SLOPE * threshold && high * HOUR >= threshold;
}

function isStraight(points: readonly Point[], slope: number, from: number, end: number): boolean {
  const noise = noiseOf(points);
  const half = (end - from) / 2;
  return [from, from + half / 2, from + half].every(start => {
    const part = points.filter(({ at }) => at >= start && at < start + half);
    if (part.length < 3) return false;
    const margin = BEND_SIGMA * slopeError(noise, part.length, part.at(-1)!.at - part[0]!.at);
    const own = trendOf(part, 0).slope;
    return own >= slope / BEND_RATIO - margin && own <= slope * BEND_RATIO + margin;
  });
}

function isMoreWork(buckets: readonly Bucket[]): boolean {
  const points = buckets.map(({ start, minor }) => ({ at: start, value: minor }));
  const { score, slope } = trendOf(points, 0);
  const mean = points.reduce((sum, { value }) => sum + value, 0) / points.length;
  return score >= WORK_SCORE && slope * (points.at(-1)!.at - points[0]!.at) >= WORK_RISE * mean;
}
