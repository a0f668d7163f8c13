import { describe, expect, it } from 'vitest';
import { trackMemory, type TrackedMemory } from './track-memory.ts';

const MIB = 1024 * 1024;

describe('tracked work', () => {
  it('tells how much memory it took at most, and gives its result', async () => {
    const seen: TrackedMemory[] = [];
    const held: Buffer[] = [];
    const result = await trackMemory(
      'a burst',
      async () => {
        held.push(Buffer.alloc(128 * MIB, 1));
        // Long enough for a look: as many turns as it takes.
        const until = performance.now() + 120;
        while (performance.now() < until) await new Promise(resolve => setTimeout(resolve, 10));
        held.length = 0;
        return 'done';
      },
      { observe: tracked => seen.push(tracked) },
    );
    expect(result).toBe('done');
    expect(seen).toHaveLength(1);
    const [{ name, outcome, ms, rss, heap }] = seen as [TrackedMemory];
    expect({ name, outcome }).toEqual({ name: 'a burst', outcome: 'done' });
    expect(ms).toBeGreaterThanOrEqual(100);
    expect(rss.peak - rss.before).toBeGreaterThan(100 * MIB);
    expect(rss.peak).toBeGreaterThanOrEqual(rss.after);
    expect(heap.peak).toBeGreaterThanOrEqual(Math.max(heap.before, heap.after));
  });

  it('is told of also where it fails, and its error comes as it is', async () => {
    const seen: TrackedMemory[] = [];
    const error = new Error('broken');
    const run = () => Promise.reject(error);
    await expect(trackMemory('broken', run, { observe: tracked => seen.push(tracked) })).rejects.toBe(error);
    expect(seen.map(({ outcome }) => outcome)).toEqual(['failed']);
  });
});
