import { describe, expect, it } from 'vitest';
import { bed, effect, place, planOf, say } from '#lib/timeline/plan.fixture.ts';
import { bookTimelineOf, bookTimelinePieces } from './book-timeline.ts';
import { bookTimeline } from './render.ts';

describe('the timeline of a book in pieces', () => {
  it.each([0, 1, 2, 3000])('is the same as JSON, with %i sentences', count => {
    const sentences = Array.from({ length: count }, (_, n) => say(`“Sentence” number ${n}, é.`));
    const plan = planOf({ chapter: 'One "and" only' }, bed('rain'), ...sentences, effect('door'), effect('bell'));
    const timeline = place(plan);
    const spoken = plan.units.map((_, n) => (n === 1 ? undefined : {}));
    const whole = bookTimelineOf(plan, timeline, spoken);
    const pieces = [...bookTimelinePieces(plan, timeline, spoken)];
    expect(JSON.parse(pieces.join(''))).toEqual(JSON.parse(JSON.stringify(whole)));
    expect(bookTimeline.safeParse(whole).success).toBe(true);
    expect(pieces.length > 1).toBe(count === 3000);
    for (const piece of pieces) expect(piece.length).toBeLessThan(300_000);
  });
});
