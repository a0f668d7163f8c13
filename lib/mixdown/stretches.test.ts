import { describe, expect, it } from 'vitest';
import { book } from '#lib/mixer/mix.fixture.ts';
import { packStretches, unpackStretches } from './stretches.ts';

const RATE = 24_000;
const HOUR = 3600 * RATE;

/** A unit every 12 seconds, each with a recording of its own. */
function longBook(hours: number) {
  const count = hours * 300;
  const timeline = book({
    speech: Array.from({ length: count }, (_, i) => ({ source: `unit-${i}`, start: i * 12 * RATE, frames: 10 * RATE })),
    beds: [{ source: 'rain', frames: hours * HOUR, loop: { pass: 9000, crossfade: 0 } }],
  });
  const names = [...timeline.speech.map(({ source }) => source), 'rain'];
  const sources = Object.fromEntries(
    names.map(name => [name, { path: `/pcm/${name}`, channels: 1 as const, frames: 10 * RATE, held: true }]),
  );
  return { timeline, sources, from: 0, to: hours * HOUR };
}

describe('a book in stretches', () => {
  it('is all of it, one stretch after the other, each with what is heard there', async () => {
    const given = longBook(2);
    const stretches = [...unpackStretches(await packStretches(given))];
    expect(stretches.map(({ from }) => from)).toEqual([0, ...stretches.slice(0, -1).map(({ to }) => to)]);
    expect(stretches.at(-1)!.to).toBe(given.to);
    const heard = stretches.flatMap(({ timeline }) => timeline.speech.map(({ unit }) => unit));
    expect(new Set(heard).size).toBe(given.timeline.speech.length);
    for (const { timeline, sources } of stretches) {
      expect(timeline.speech.length).toBeLessThan(60);
      expect(Object.keys(sources).toSorted()).toEqual(
        [...timeline.speech.map(({ source }) => source), 'rain'].toSorted(),
      );
      expect(sources['rain']).toEqual({ path: '/pcm/rain', channels: 1, frames: 10 * RATE });
    }
  });

  it('is handed over without the process standing still, and not to its end where it is given up', async () => {
    let turns = 0;
    const turn = () => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const controller = new AbortController();
    const packed = await packStretches(longBook(4));
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(packed.length - 1);
    controller.abort(new Error('given up'));
    await expect(packStretches(longBook(1), controller.signal)).rejects.toThrow('given up');
  });
});
