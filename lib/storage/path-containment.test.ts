import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathWithin } from './path-containment.ts';

it('joins what stays inside', () => {
  expect(pathWithin('/data/blobs', 'ab', 'abc')).toBe('/data/blobs/ab/abc');
  expect(pathWithin('/data/blobs', 'ab', '..', 'cd')).toBe('/data/blobs/cd');
  expect(pathWithin('/data/blobs', '..abc')).toBe('/data/blobs/..abc');
});

it.each([['..'], ['.'], [''], ['../blobs2'], ['/etc/passwd'], ['a/../../b'], ['a\0b'], ['..', 'blobs']])(
  'refuses %j and whatever else leads out or nowhere',
  (...segments) => {
    expect(() => pathWithin('/data/blobs', ...segments)).toThrow('not inside its folder');
  },
);

it('never leads out', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '/', '../..', 'a/..', '//x'), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), parts => {
      let joined: string;
      try {
        joined = pathWithin('/data/blobs', ...parts);
      } catch {
        return;
      }
      expect(joined.startsWith('/data/blobs/')).toBe(true);
      expect(path.normalize(joined)).toBe(joined);
    }),
  );
});
