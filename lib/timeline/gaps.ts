/** Silences that nobody asked for, in seconds (3.2). */
export interface Gaps {
  sentence: number;
  paragraph: number;
  voice: number;
  chapter: number;
  /** Before everything. */
  head: number;
  /** After the last speech. */
  tail: number;
}

export const DEFAULT_GAPS: Readonly<Gaps> = {
  sentence: 0.3,
  paragraph: 0.7,
  voice: 0.5,
  chapter: 2,
  head: 0.75,
  tail: 2,
};

type Boundary = 'start' | 'inside' | 'sentence' | 'paragraph' | 'chapter';

/**
 * Seconds between two units: the largest gap that applies, not the sum (3.2).
 *
 * @param changes the voice that is heard is another one
 */
export function gapBefore(boundary: Boundary, changes: boolean, gaps: Gaps): number {
  const own = boundary === 'start' || boundary === 'inside' ? 0 : gaps[boundary];
  return Math.max(own, changes ? gaps.voice : 0);
}
