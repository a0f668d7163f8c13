import { expect, it } from 'vitest';
import { renderWish } from '#lib/renders/render.ts';
import { changeWish, FORMATS, RATES, toWish, depthsOf, wishedRender } from './render-wishes.ts';

it('offers only what the server takes', () => {
  for (const format of FORMATS) {
    for (const sample_rate of RATES) {
      for (const bit_depth of depthsOf(format)) {
        const wish = changeWish(wishedRender.initial, { format, sample_rate, bit_depth });
        expect(renderWish.safeParse(toWish(wish, 0)).success).toBe(true);
      }
    }
  }
});

it('gives up a depth that the format cannot hold', () => {
  const float = changeWish(wishedRender.initial, { bit_depth: 32 });
  expect(changeWish(float, { format: 'flac' })).toMatchObject({ format: 'flac', bit_depth: 24 });
});

it('asks for each chapter by its number, and for the book where they are not several', () => {
  const wish = changeWish(wishedRender.initial, { byChapter: true });
  expect(toWish(wish, 3).chapters).toEqual([1, 2, 3]);
  for (const chapters of [0, 1]) expect(toWish(wish, chapters)).not.toHaveProperty('chapters');
  expect(renderWish.safeParse(toWish(wish, 5000)).success).toBe(true);
});
