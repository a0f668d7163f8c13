import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideSpeech } from './speech-division.ts';
import { spokenText } from './spoken-text.ts';

const divide = (text: string) => divideSpeech(spokenText(text));
const WORDS = 'nobody in the old village had ever seen a thing like that before and so they came to look ';

describe('a sentence that is too long', () => {
  it('leaves what is short alone, however much there is of it', () => {
    const text = 'Nobody came! It was dark? '.repeat(100).trim();
    expect(divide(text).text).toBe(text);
    const paragraphs = `${WORDS}\n\n`.repeat(20).trim();
    expect(divide(paragraphs).text).toBe(spokenText(paragraphs).text);
  });

  it('is divided behind a mark where there is one', () => {
    const text = `${WORDS.repeat(3).trim()}, ${WORDS.repeat(3)}`.trim();
    expect(divide(text).text.split('\n\n')[0]).toMatch(/look,$/);
  });

  it('is divided between words otherwise, and anywhere in a word without end', () => {
    const pieces = divide(WORDS.repeat(30)).text.split('\n\n');
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('').replaceAll(' ', '')).toBe(WORDS.repeat(30).replaceAll(' ', ''));
    for (const piece of pieces) expect(WORDS.repeat(2)).toContain(piece.trim().slice(0, 10));
    expect(divide('a'.repeat(5000)).text).toMatch(/^(a{1,400}\n\n)+a+$/);
  });

  it('is divided earlier where each sign is a word', () => {
    for (const piece of divide('7'.repeat(5000)).text.split('\n\n')) expect(piece.length).toBeLessThanOrEqual(67);
  });

  it('still knows where everything comes from', () => {
    const part = fc.constantFrom('word ', 'Café ', 'x', '9', ', ', '. ', '\n\n', '£5.20 ', WORDS, 'a'.repeat(300));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 60 }), parts => {
        const source = `a${parts.join('')}`;
        const [whole, divided] = [spokenText(source), divide(source)];
        expect(divided.text.replaceAll('\n\n', ' ').replaceAll(/\s+/g, '')).toBe(whole.text.replaceAll(/\s+/g, ''));
        expect([divided.from.length, divided.to.length]).toEqual([divided.text.length, divided.text.length]);
        for (let n = 1; n < divided.text.length; n += 1) {
          expect(divided.from[n]).toBeGreaterThanOrEqual(divided.from[n - 1]!);
          if (/\S/.test(divided.text[n]!) && /[a-z]/.test(divided.text[n]!) && source[divided.from[n]!] !== 'é') {
            const said = source.slice(divided.from[n], divided.to[n]);
            expect(said === divided.text[n] || said.includes('£')).toBe(true);
          }
        }
      }),
    );
  });
});
