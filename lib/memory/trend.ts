/** Trends that outliers do not move: the slope of Theil and Sen, the test of Mann and Kendall, noise from neighbours. */

/** A value at a time; the units are the caller's. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Median of the slopes between all pairs of points, in values per unit of time. */
  readonly slope: number;
  /** Where the true slope is not below, and not above, each with the confidence that was asked for. */
  readonly low: number;
  readonly high: number;
  /**
   * Mann and Kendall's standardised score. Without a trend it is normally distributed around 0: above 3.1 comes by chance once
   * in a thousand times.
   */
  readonly score: number;
}

/**
 * The trend of at least three points with different times.
 *
 * Theil, H. (1950), "A rank-invariant method of linear and polynomial regression analysis"; Sen, P. K. (1968), "Estimates of the
 * regression coefficient based on Kendall's tau", with the limits of its section 6; Mann, H. B. (1945), "Nonparametric tests
 * against trend"; Kendall, M. G. (1975), "Rank correlation methods", with its correction for ties. Up to 29 of 100 points may be
 * wild without moving the slope far.
 *
 * @param sigma of the limits, in standard deviations of the normal distribution: 1.64 for 95 in 100 on each side
 */
export function trendOf(points: readonly Point[], sigma: number): Trend {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let concordance = 0;
  let pair = 0;
  for (let later = 1; later < points.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const rise = points[later]!.value - points[earlier]!.value;
      concordance += Math.sign(rise);
      slopes[pair] = rise / (points[later]!.at - points[earlier]!.at);
      pair += 1;
    }
  }
  slopes.sort();
  const deviation = Math.sqrt(concordanceVariance(points));
  const count = slopes.length;
  const reach = sigma * deviation;
  const at = (rank: number) => slopes[Math.min(count - 1, Math.max(0, Math.round(rank)))]!;
  return {
    slope: medianOfSorted(slopes),
    low: at((count - reach) / 2 - 1),
    high: at((count + reach) / 2),
    // One off towards zero, because the sum goes in steps of two.
    score: deviation === 0 ? 0 : (concordance - Math.sign(concordance)) / deviation,
  };
}

/** The value of the line with this slope at the first point: the median over all points. */
export function levelOf(points: readonly Point[], slope: number): number {
  return median(points.map(({ at, value }) => value - slope * (at - points[0]!.at)));
}

/** Of the sum of signs over all pairs, where there is no trend. */
function concordanceVariance(points: readonly Point[]): number {
  const n = points.length;
  const ties = new Map<number, number>();
  for (const { value } of points) ties.set(value, (ties.get(value) ?? 0) + 1);
  let variance = n * (n - 1) * (2 * n + 5);
  for (const size of ties.values()) variance -= size * (size - 1) * (2 * size + 5);
  return variance / 18;
}

/**
 * Standard deviation of what is no trend, however the trend bends: how far each point lies off the line between its neighbours
 * (the pseudo-residuals of Gasser, Sroka and Jennen-Steinmetz, 1986), by the median, so that jumps do not count. Zero for
 * fewer than three points.
 */
export function noiseOf(points: readonly Point[]): number {
  const residuals: number[] = [];
  for (let i = 1; i + 1 < points.length; i += 1) {
    const [before, here, after] = [points[i - 1]!, points[i]!, points[i + 1]!];
    const right = (here.at - before.at) / (after.at - before.at);
    const left = 1 - right;
    const off = left * before.value + right * after.value - here.value;
    residuals.push(Math.abs(off) / Math.sqrt(left * left + right * right + 1));
  }
  // The median of the magnitude of a normal value is 0.6745 standard deviations.
  return residuals.length === 0 ? 0 : median(residuals) / 0.6745;
}

/** Standard error of a straight line's slope through `count` points spread evenly over `span`, each with this noise. */
export function slopeError(noise: number, count: number, span: number): number {
  return (noise * Math.sqrt(12 / count)) / span;
}

function median(values: number[]): number {
  return medianOfSorted(values.sort((a, b) => a - b));
}

function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
