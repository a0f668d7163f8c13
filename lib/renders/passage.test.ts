import { describe, expect, it } from 'vitest';
import type { ScriptPlan } from '#lib/script/script.ts';
import { bed, effect, place, planOf, say } from '#lib/timeline/plan.fixture.ts';
import { passageOf, timelineOfPassage } from './passage.ts';

const at = (offset: number) => ({ line: 1, column: offset + 1, offset });
const span = (start: number, end: number) => ({ start: at(start), end: at(end) });

/** Frames are milliseconds; each unit takes 2 s. */
function passage(plan: ScriptPlan, offset: number, length: number) {
  const timeline = place(plan);
  return { timeline, found: passageOf({ offset, length }, plan, timeline) };
}

const plain = planOf(
  say('A.', span(0, 2)),
  say('B.', { boundary: 'sentence', ...span(3, 5) }),
  say('C.', { boundary: 'sentence', ...span(6, 8) }),
  say('D.', { boundary: 'sentence', ...span(9, 11) }),
);

describe('a passage of a book', () => {
  it('begins with the unit at its place, or with the next one where it lies between two', () => {
    // 0.75–2.75, 3.05–5.05, 5.35–7.35, 7.65–9.65.
    for (const [offset, unit, from] of [
      [0, 0, 750],
      [1, 0, 750],
      [2, 1, 3050],
      [4, 1, 3050],
      [9, 3, 7650],
      [99, 3, 7650],
    ] as const) {
      expect(passage(plain, offset, 1).found).toMatchObject({ unit, from, to: from + 1000 });
    }
  });

  it('needs the units that are heard, the one before for the limiter, and the next for a bed that may rise', () => {
    expect(passage(plain, 6, 1).found).toMatchObject({ anchor: 1, until: 4 });
    expect(passage(plain, 3, 0.1).found).toMatchObject({ anchor: 0, until: 3 });
  });

  it('needs everything since a bed or an effect began that is still heard', () => {
    const bedded = planOf(
      say('A.', span(0, 2)),
      bed('rain'),
      ...['B', 'C', 'D'].map((text, n) => say(text, { ...span(20 + n * 3, 22 + n * 3) })),
    );
    expect(passage(bedded, 26, 1).found).toMatchObject({ unit: 3, anchor: 0 });
    const over = planOf(
      say('A.', span(0, 2)),
      say('B.', span(3, 5)),
      effect('door', { duration: 1 }),
      ...['C', 'D', 'E'].map((text, n) => say(text, { ...span(20 + n * 3, 22 + n * 3) })),
    );
    expect(passage(over, 20, 1).found).toMatchObject({ unit: 2, anchor: 1 });
    expect(passage(over, 26, 1).found).toMatchObject({ unit: 4, anchor: 3 });
  });

  it('begins with the effect or the bed that stands at its place', () => {
    const plan = planOf(
      say('A.', span(0, 2)),
      { ...effect('door', { pause_speech: true, duration: 1 }), ...span(3, 10) },
      { ...bed('rain'), ...span(11, 18) },
      say('B.', span(20, 22)),
    );
    const { timeline } = passage(plan, 0, 1);
    expect(passage(plan, 5, 1).found).toMatchObject({ unit: 1, from: timeline.effects[0]!.start });
    expect(passage(plan, 12, 1).found).toMatchObject({ unit: 1, from: timeline.beds[0]!.start });
    expect(timeline.beds[0]!.start).toBe(timeline.effects[0]!.start + 1000);
  });

  it('has a timeline that counts from its beginning', () => {
    const plan = planOf(
      { chapter: 'One' },
      bed('rain'),
      say('A.', span(0, 2)),
      say('B.', { boundary: 'sentence', ...span(3, 5) }),
      say('C.', { boundary: 'sentence', ...span(6, 8) }),
    );
    const { timeline, found } = passage(plan, 3, 2.5);
    const own = timelineOfPassage(timeline, found);
    expect(own.frames).toBe(2500);
    expect(own.speech.map(({ unit, start }) => [unit, start])).toEqual([
      [1, 0],
      [2, 2300],
    ]);
    expect(own.beds[0]).toMatchObject({ start: 750 - 3050, frames: timeline.beds[0]!.frames });
    expect(own.chapters).toEqual([{ title: 'One', start: -3050, end: timeline.frames - 3050 }]);
    // It ends with the book.
    expect(timelineOfPassage(timeline, passage(plan, 6, 60).found).frames).toBe(timeline.frames - 5350);
  });
});
