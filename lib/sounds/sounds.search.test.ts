import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, nameKey, parseSearch, searchText } from './sounds.search.ts';

describe('folding', () => {
  it('removes case, accents, control characters and superfluous space', () => {
    expect(foldText('  ÉCLAIR\tà\u0000la  Crème ')).toBe('eclair a la creme');
    expect(foldText('Й')).toBe('и');
    expect(foldText('İstanbul')).toBe('istanbul');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
    );
  });
});

describe('the order by name', () => {
  const sorted = (names: string[]) =>
    [...names].sort((a, b) => Buffer.compare(Buffer.from(nameKey(a)), Buffer.from(nameKey(b))));

  it('is the one people expect', () => {
    const names = ['eclair', 'Éclair 2', 'Rain', 'rain 1', 'rain 002', 'Rain 10', 'rain 10b', 'rain 1000000', 'Storm'];
    expect(sorted([...names].reverse())).toEqual(names);
  });

  it('is by value for numbers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 50n }), fc.bigInt({ min: 0n, max: 10n ** 50n }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(nameKey(`take ${low}`) <= nameKey(`take ${high}`)).toBe(true);
      }),
    );
  });
});

describe('a search', () => {
  it('asks for every word where all have three letters, otherwise for the whole', () => {
    expect(parseSearch(' Heavy  RAIN ')).toMatchObject({ index: 'text', needles: ['heavy', 'rain'], bounded: false });
    expect(parseSearch('rain in May')).toMatchObject({ needles: ['rain in may'] });
    expect(parseSearch('abc')).toMatchObject({ needles: ['abc'], bounded: true });
    expect(parseSearch('ra')).toMatchObject({ index: 'starts', bounded: true });
    expect(parseSearch('  ')).toBeNull();
    expect(parseSearch('-')).toBe('nothing');
  });

  it('is never taken for FTS5 syntax', () => {
    expect(parseSearch('a"b OR c*')).toMatchObject({ match: '"a""b or c*"' });
  });

  it('keeps fields apart', () => {
    const { search_text } = searchText({ name: 'One', id: 'two', category: null, tags: ['a b', 'c'] });
    expect(search_text).toBe('one\ntwo\na b\nc');
  });
});
