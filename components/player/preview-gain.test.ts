import { describe, expect, it } from 'vitest';
import { clipSettings, clipShape } from '#lib/audio/clip-envelope.ts';
import { placeAt, timeOf } from './preview-gain.ts';

describe('the place in the recording', () => {
  const once = clipShape(clipSettings('effects', { start_at: 2, end_at: 8 }), 10);
  const loop = clipShape(clipSettings('background', { start_at: 2, end_at: 8, crossfade: 1 }), 10);

  it('is where a preview begins, if that is played at all', () => {
    expect([undefined, 0, 2, 5, 8, 9].map(place => timeOf(once, place))).toEqual([0, 0, 0, 3, 0, 0]);
    expect(timeOf({ ...loop, placed: 2 }, 5)).toBe(0);
  });

  it('moves from start to end, and stays there', () => {
    expect([-1, 0, 3, 5.5, 6, 7].map(time => placeAt(once, time))).toEqual([2, 2, 5, 7.5, 8, 8]);
  });

  it('comes around with a loop, after the part that was mixed into its end', () => {
    expect([0, 5.5, 6, 7, 10.5, 11, 12].map(time => placeAt(loop, time))).toEqual([2, 7.5, 3, 4, 7.5, 3, 4]);
  });
});
