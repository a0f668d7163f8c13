import { cosine, exponential } from './elementary.ts';

/** A value at a time, in seconds. */
export type Curve = (time: number) => number;

/** Through points `[seconds, value]`, eased from each to the next, level before the first and behind the last. */
export function curve(...points: readonly (readonly [number, number])[]): Curve {
  return time => {
    let next = 0;
    while (next < points.length && points[next]![0] <= time) next += 1;
    if (next === 0) return points[0]?.[1] ?? 0;
    const [t0, v0] = points[next - 1]!;
    const [t1, v1] = points[next] ?? [t0 + 1, v0];
    return v0 + (v1 - v0) * (0.5 - 0.5 * cosine((time - t0) / (t1 - t0) / 2));
  };
}

/** Up at once and down by 60 dB within `decay` seconds, repeated by nothing. */
export function dying(decay: number): Curve {
  return time => exponential((-6.907755278982137 * time) / decay);
}

/** A hump from 0 over 1 to 0 whose top is at `top` seconds. */
export function hump(seconds: number, top = seconds / 2): Curve {
  return curve([0, 0], [top, 1], [seconds, 0]);
}
