import { describe, expect, it } from 'vitest';
import { RenderProgress, shareOfUnits } from './render-progress.ts';

function setUp() {
  const time = { now: 0 };
  const progress = new RenderProgress({ now: () => new Date(time.now), monotonic: () => time.now });
  return { progress, time };
}

describe('the progress of a render', () => {
  it('goes by finished units, then by recordings and mixed frames, and never back', () => {
    const { progress } = setUp();
    const shares: number[] = [];
    const see = () => shares.push(progress.share);
    progress.enter('speak', 4);
    for (let n = 0; n < 4; n += 1) {
      see();
      progress.add(1);
    }
    see();
    progress.enter('prepare', 1);
    see();
    progress.reach(1);
    progress.enter('mix', 1000);
    see();
    progress.reach(1000);
    see();
    expect(shares).toEqual([0, 0.2, 0.4, expect.closeTo(0.6, 9), 0.8, 0.8, 0.85, 1]);
  });

  it('estimates what is left by what took time, and knows nothing before', () => {
    const { progress, time } = setUp();
    progress.enter('speak', 10);
    progress.add(4, false);
    expect(progress.eta(0)).toBeNull();
    time.now = 6000;
    progress.add(2);
    // Two units in six seconds, and four are left; then a minute of audio is mixed.
    expect(progress.eta(0)).toBe(12);
    expect(progress.eta(60)).toBeCloseTo(12.3, 6);
    expect(progress.enter('mix', 100)).toBe(6);
    time.now = 8000;
    progress.reach(50);
    expect(progress.eta(60)).toBe(2);
  });

  it('is that of the units where nothing else is known', () => {
    expect([shareOfUnits(0, 0), shareOfUnits(1, 4), shareOfUnits(4, 4)]).toEqual([0, 0.2, 0.8]);
  });
});
