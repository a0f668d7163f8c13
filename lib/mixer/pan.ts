import { sine } from '#lib/synthesis/elementary.ts';

/**
 * Gains of the left and the right channel (4.5): equal power, and unity in both at the centre, so √2 where all of it is on one side.
 *
 * @param pan −1…1
 */
export function panGains(pan: number): readonly [left: number, right: number] {
  if (pan === 0) return [1, 1];
  // sin and cos of a quarter turn at most.
  return [Math.SQRT2 * sine((1 - pan) / 8), Math.SQRT2 * sine((1 + pan) / 8)];
}
