import { describe, expect, it } from 'vitest';
import { collectionNeed } from './collection-request.ts';
import { HOUR, LEAK_RULE } from './leak-rule.ts';
import { LeakWatch } from './leak-watch.ts';
import { simulate, type Course } from './simulated-process.fixture.ts';

function watched(heap: Course, hours: number): LeakWatch {
  const watch = new LeakWatch();
  for (const sample of simulate({ seed: 5, noise: 0.1, live: { heap } }, hours)) watch.observe(sample);
  return watch;
}

const daily: Course = hour => Math.exp(-0.5 * ((((hour + 22) % 24) - 12) / 0.7) ** 2);

describe('a leak', () => {
  it('is one episode as long as it grows, also through the peaks of every day', () => {
    const { episodes } = watched(hour => 50 + 2 * hour + 30 * daily(hour), 120);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]!.foundAt).toBeLessThanOrEqual(2 * HOUR);
    expect(episodes[0]!.endedAt).toBeUndefined();
  });

  it('is told with its speed and since when', () => {
    const [episode] = watched(hour => 50 + 4 * hour, 2).episodes;
    expect(episode!.slope / (4 * 1024 * 1024)).toBeCloseTo(1, 1);
    expect(episode!.since / HOUR).toBeLessThan(0.5);
    expect(episode!.foundAt / HOUR).toBeLessThan(2);
  });

  it('ends when the memory is given back', () => {
    const [episode, ...others] = watched(hour => (hour < 10 ? 50 + 3 * hour : 50), 20).episodes;
    expect(others).toEqual([]);
    expect(episode!.endedAt! / HOUR).toBeGreaterThan(10);
    expect(episode!.endedAt! / HOUR).toBeLessThan(10.5);
  });

  it('ends some hours after the growth', () => {
    const [episode, ...others] = watched(hour => 50 + 3 * Math.min(hour, 10), 30).episodes;
    expect(others).toEqual([]);
    expect((episode!.endedAt! - LEAK_RULE.calm) / HOUR).toBeGreaterThan(9);
    expect((episode!.endedAt! - LEAK_RULE.calm) / HOUR).toBeLessThan(12);
  });

  it('that comes back is counted again', () => {
    expect(watched(hour => 50 + 4 * (hour % 30), 90).episodes).toHaveLength(3);
  });

  it('slower than the threshold is none', () => {
    expect(watched(hour => 50 + 0.5 * hour, 100).episodes).toEqual([]);
  });
});

describe('a window', () => {
  it('is not judged before there were enough collections', () => {
    const watch = new LeakWatch();
    for (let minute = 1; minute < 300; minute += 1) watch.observe({ at: minute * 60_000, live: undefined, minor: 1 });
    expect(watch.judgements.map(({ finding }) => finding)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('is judged again as soon as there are, after a gap', () => {
    const watch = new LeakWatch();
    const at = (hour: number) => hour * HOUR;
    for (const sample of simulate({ seed: 1, live: {} }, 50)) {
      if (sample.at < at(10) || sample.at > at(40)) watch.observe(sample);
      if (sample.at === at(41)) expect(watch.judgements[0]!.finding).toBe('unknown');
    }
    expect(watch.judgements[0]!.finding).toBe('flat');
  });
});

describe('a collection is asked for', () => {
  const facts = { since: 10 * 60_000, lastPause: 40, grown: 1_000_000, threshold: 1_000_000 };

  it('where what grew could be a leak if it stayed', () => {
    expect(collectionNeed(facts)).toBe('collect');
    expect(collectionNeed({ ...facts, grown: Infinity })).toBe('collect');
    expect(collectionNeed({ ...facts, grown: 80_000 })).toBe('unchanged');
    expect(collectionNeed({ ...facts, grown: -1e6 })).toBe('unchanged');
  });

  it('never twice in five minutes, and more seldom where one takes long', () => {
    expect(collectionNeed({ ...facts, since: 4 * 60_000 })).toBe('wait');
    expect(collectionNeed({ ...facts, lastPause: 500 })).toBe('wait');
    expect(collectionNeed({ ...facts, lastPause: 500, since: 60 * 60_000 })).toBe('collect');
  });
});
