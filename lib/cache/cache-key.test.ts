import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { cacheKey } from './cache-key.ts';

type KeyPart = string | number | boolean | null | undefined | readonly KeyPart[] | { readonly [name: string]: KeyPart };

const keyPart = fc.letrec<{ part: KeyPart }>(tie => ({
  part: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.constantFrom('1', 'null', 'true', ',', '"', '[]', '{}', '-0', '__proto__'),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, 0, -0, NaN),
    fc.array(tie('part'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('part'), { maxKeys: 4 }),
  ),
})).part;

/** Without members that are undefined, which a reader cannot tell from members that are not there. */
function normal(part: KeyPart): KeyPart {
  if (Array.isArray(part)) return part.map(normal);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part as Record<string, KeyPart>)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, normal(value)]),
  );
}

test('two lists of arguments have the same key exactly when they are the same', () => {
  fc.assert(
    fc.property(fc.array(keyPart), fc.array(keyPart), (one, other) => {
      const same = isDeepStrictEqual(normal(one), normal(other));
      expect(cacheKey('read', 1, one) === cacheKey('read', 1, other)).toBe(same);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  [1, '1'],
  [null, undefined],
  [null, 'null'],
  [0, -0],
  [[], {}],
  [[1, 2], ['1,2']],
  [{ a: '1' }, { a: 1 }],
  [['a', 'b'], ['a,b']],
] satisfies [KeyPart, KeyPart][])('%j and %j are told apart', (one, other) => {
  expect(cacheKey('read', 1, [one])).not.toBe(cacheKey('read', 1, [other]));
});

test('the order of members makes no difference, the name and the version do', () => {
  expect(cacheKey('read', 1, [{ a: 1, b: 2 }])).toBe(cacheKey('read', 1, [{ b: 2, a: 1 }]));
  expect(cacheKey('read', 1, [])).not.toBe(cacheKey('read', 2, []));
  expect(cacheKey('read', 1, [])).not.toBe(cacheKey('other', 1, []));
});

test('what has no text of its own is refused', () => {
  expect(() => cacheKey('read', 1, [new Date()])).toThrow('[object Date]');
  expect(() => cacheKey('read', 1, [() => 1])).toThrow('[object Function]');
  expect(() => cacheKey('read', 1, [new Map()])).toThrow('[object Map]');
});
