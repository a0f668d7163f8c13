import type { Timeline } from '#lib/timeline/timeline.ts';

/** What is mixed past the end of a part changes nothing in it: the limiter and the ducking look ahead less than this. Seconds. */
export const LOOK_AHEAD = 1;

/**
 * How many units must be spoken so that the frames from `from` to `to` sound as they will. Where the fades of a bed may not fit into it they
 * are shortened (4.2), so how it begins depends on where it ends; nothing else depends on what comes later.
 */
export function neededBy({ speech, beds, sampleRate }: Timeline, from: number, to: number): number {
  let last = to;
  for (const { start, frames, fadeIn, fadeOut } of beds) {
    if (start < to && start + frames > from) last = Math.max(last, Math.min(start + frames, start + fadeIn + fadeOut));
  }
  const first = speech.find(({ start }) => start > last + LOOK_AHEAD * sampleRate);
  return first === undefined ? Infinity : first.unit + 1;
}
