import { expect, it } from 'vitest';
import { randomNumberAt, randomNumbers } from './random.ts';

it('gives the same numbers for the same seed, which never change', () => {
  const next = randomNumbers(42);
  expect([next(), next(), next()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
});

it('gives any of them without those before it', () => {
  for (const seed of [0, 1, -7, 2 ** 31, 123_456_789]) {
    const next = randomNumbers(seed);
    for (let index = 0; index < 100; index++) expect(randomNumberAt(seed, index)).toBe(next());
  }
  expect(randomNumberAt(5, 2 ** 40 + 3)).toBe(randomNumberAt(5, 3));
});
