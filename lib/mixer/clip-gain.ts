import type { PlacedBed, PlacedClip } from '#lib/timeline/timeline.ts';
import type { Ducking } from './ducking.ts';

/**
 * The gain of a placed clip for each frame of the book from `from` on: fades (4.2), gain, and for beds ducking (4.4). Where it is the
 * same for all of them that number is the answer, and `into` is left as it is; else `into` holds them.
 *
 * Each is computed from its own position, never from the one before it: that is why a part of a mix is the same as the part
 * of the whole.
 *
 * @param from where the clip sounds, and it does for as many frames as `into` has
 */
export function clipGains(
  clip: PlacedClip | PlacedBed,
  ducking: Ducking,
  from: number,
  into: Float64Array,
): number | undefined {
  const level = levels(clip, ducking, from, into);
  const { fadeIn, fadeOut, frames } = clip;
  const first = from - clip.start;
  const last = first + into.length - 1;
  const fadesIn = first < fadeIn;
  const fadesOut = last > frames - fadeOut;
  if (level !== undefined) {
    if (!fadesIn && !fadesOut) return level;
    into.fill(level);
  }
  if (fadesIn) {
    const end = Math.min(into.length, fadeIn - first);
    for (let i = 0; i < end; i++) into[i]! *= (first + i) / fadeIn;
  }
  if (fadesOut) {
    const begin = Math.max(0, frames - fadeOut - first);
    for (let i = begin; i < into.length; i++) into[i]! *= (frames - first - i) / fadeOut;
  }
  return undefined;
}

/** Without the fades. */
function levels(clip: PlacedClip | PlacedBed, ducking: Ducking, from: number, into: Float64Array): number | undefined {
  const { gain } = clip;
  const duck = 'duck' in clip ? clip.duck : undefined;
  if (duck === undefined || duck >= gain) return gain;
  const depth = ducking.depths(from, into);
  if (depth !== undefined) return depth === 1 ? duck : gain;
  for (let i = 0; i < into.length; i++) {
    const down = into[i]!;
    // To the bit the one where it is not down, and the other where it is.
    into[i] = gain * (1 - down) + duck * down;
  }
  return undefined;
}
