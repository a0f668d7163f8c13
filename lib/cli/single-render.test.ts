import { expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { renderWish } from '#lib/renders/render.ts';
import { SingleRender } from './single-render.ts';

it('a unit counts once, by what it was the first time', async () => {
  const book = { title: 'Night', script: '', cast: {}, settings: {} };
  const single = new SingleRender(book, renderWish.parse({}), systemClock);
  await single.work(single.render, {}, [
    { unit: 0, source: 'reused' },
    { unit: 1, source: 'synthesised' },
  ]);
  await single.work(single.render, { stage: 'speak' }, [
    { unit: 1, source: 'reused' },
    { unit: 2, source: 'synthesised' },
  ]);
  await single.work(single.render, { status: 'completed' });
  expect(single.render).toMatchObject({ status: 'completed', stage: 'speak', units_reused: 1, units_synthesised: 2 });
});
