import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidySpeechText } from './speech-text.ts';

describe('the text of speech', () => {
  it.each([
    ['  Hello,\t world!  ', 'Hello, world!'],
    ['One\r\ntwo\n\n\n\nthree', 'One\ntwo\n\nthree'],
    ['a \n b', 'a\nb'],
    ['no\u00adthing in\u200bvisible\ufeff', 'nothing invisible'],
    ['Cafe\u0301', 'Café'],
    ['a\u00a0b\u2003c', 'a b c'],
    ['bell\u0007 \u0000 gone', 'bell gone'],
    ['نمی\u200cخواهم', 'نمی\u200cخواهم'],
    ['broken \ud83d surrogate', 'broken \ufffd surrogate'],
    [' \n\t', ''],
    ['', ''],
  ])('%j is said as %j', (given, text) => {
    expect(tidySpeechText(given).text).toBe(text);
  });

  it('knows where in the given text each word stood', () => {
    const given = '  Cafe\u0301 \n\n de\u00adluxe! ';
    const { text, original } = tidySpeechText(given);
    expect(text).toBe('Café\n\ndeluxe!');
    const spanOf = (word: string) => {
      const from = text.indexOf(word);
      const span = original(from, from + word.length);
      return given.slice(span.from, span.to);
    };
    expect(spanOf('Café')).toBe('Cafe\u0301');
    expect(spanOf('deluxe')).toBe('de\u00adluxe');
    expect(spanOf('!')).toBe('!');
  });

  it('is as tidy as it gets, and every span lies in the given text', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      ' ',
      '\n',
      '\r',
      '\u00ad',
      '\u0301',
      'e',
      '👩',
      '\u200d',
      '\ud83d',
      '\u0085',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), given => {
        const { text, original } = tidySpeechText(given);
        expect(tidySpeechText(text).text).toBe(text);
        expect(text).not.toMatch(/^\s|\s$|\n{3}| {2}/);
        for (let from = 0; from < text.length; from++) {
          const span = original(from, from + 1);
          expect(span.from).toBeGreaterThanOrEqual(0);
          expect(span.to).toBeGreaterThan(span.from);
          expect(span.to).toBeLessThanOrEqual(given.length);
        }
      }),
    );
  });
});
