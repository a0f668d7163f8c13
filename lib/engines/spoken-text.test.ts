import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '#lib/base/errors.ts';
import { MAX_SPEECH_CHARACTERS } from './speech-engine.ts';
import { spokenText, type SpokenText } from './spoken-text.ts';

const say = (source: string) => spokenText(source).text;

/** What the source says between two positions of the spoken text. */
function sourceOf(source: string, { text, from, to }: SpokenText, piece: string): string {
  const at = text.indexOf(piece);
  expect(at, `${piece} in ${text}`).toBeGreaterThanOrEqual(0);
  return source.slice(from[at], to[at + piece.length - 1]);
}

/** Undefined where it is refused for a reason that is told. */
function trySpoken(source: string): SpokenText | undefined {
  try {
    return spokenText(source);
  } catch (error) {
    if (isAppError(error) && error.code === 'speech.unsayable') return undefined;
    throw error;
  }
}

describe('text as it is spoken', () => {
  it.each([
    ['accents', 'Café Müller, naïve façade, e\u0301te\u0301', 'Cafe Muller, naive facade, ete'],
    ['letters without a plain form', 'Straße, Æsop, Łódź, Þór', 'Strasse, Aesop, Lodz, Thor'],
    ['ligatures and wide forms', 'ﬁne ﬂow Ｗｉｄｅ Ⅳ', 'fine flow Wide IV'],
    ['quotes', '“He said ‘don’t’,” «oui» „ja“', '"He said \'don\'t\'," "oui" "ja"'],
    ['dashes', 'One—two – three -- four - five', 'One, two, three, four, five'],
    ['a dash that ends a speech', '“Wait—” “What?”', '"Wait," "What?"'],
    ['a dash that begins one', '—Hello, said she.', 'Hello, said she.'],
    ['hyphens', 'well‐known non‑breaking', 'well-known non-breaking'],
    ['spans', '10–20 people', '10 to 20 people'],
    ['an ellipsis at the end of a sentence', 'He waited… Then he left. So . . .', 'He waited. Then he left. So.'],
    ['an ellipsis within one', 'So… yes, and...no', 'So, yes, and, no'],
    ['spaces', 'a\u00a0b\u2009c\t d  e\u3000f', 'a b c d e f'],
    ['what nobody sees', '\ufeffco\u00adop a\u200bb \u202ac\u202c', 'coop ab c'],
    ['line ends', 'one\r\ntwo\rthree\u2028four\u2029five\n\n\n\nsix', 'one\ntwo\nthree\nfour\n\nfive\n\nsix'],
    ['a line that parts scenes', 'one\n* * *\ntwo\n———\nthree', 'one\n\ntwo\n\nthree'],
    ['lists', '• one\n• two', 'one\ntwo'],
    [
      'amounts',
      '£1, £5.20, €0.50, £1.01, 5€, 5,20 €, ¥1,500',
      '1 pound, 5 pounds and 20 pence, 50 cents, 1 pound and 1 penny, 5 euros, 5 euros and 20 cents, 1,500 yen',
    ],
    ['large amounts', '£5 million and €1.5 billion', '5 million pounds and 1.5 billion euros'],
    ['a currency alone', 'in €', 'in euros'],
    ['temperatures', '20 °C, −5 °F, 90°', '20 degrees Celsius, minus 5 degrees Fahrenheit, 90 degrees'],
    ['fractions', '½ cup, 3½ cups, 1⁄2', 'one half cup, 3 and a half cups, 1/2'],
    ['powers', 'm², 5 km², x³', 'm squared, 5 km squared, x cubed'],
    ['numbers', '№ 5, #7', 'number 5, number 7'],
    ['mathematics', '3 × 4 ÷ 2 ≤ 6 − 1', '3 times 4 divided by 2 less than or equal to 6 minus 1'],
    ['Greek letters', 'π r²; α-helix; 5 µm', 'pi r squared; alpha-helix; 5 micrometers'],
    ['and', 'salt & pepper, AT&T', 'salt and pepper, AT and T'],
    ['brackets of markup', '<b>x</b> a < b', 'b x /b a less than b'],
    ['marks without a space behind', 'wait,what;now 1,000 10:30', 'wait, what; now 1,000 10:30'],
    ['rows of marks', 'What?!?! No!!!!! ((((((why', 'What? No! (why'],
  ])('has a reading for %s', (_, source, spoken) => {
    expect(say(source)).toBe(spoken);
  });

  it('leaves plain English as it is', () => {
    const text = 'Dr. Smith paid $5.20 in 1984, 50% more than "they" (all of them) did; didn\'t he? Yes!';
    expect(say(text)).toBe(text);
  });

  it('knows where in the source each word comes from', () => {
    const source = '“Café—naïve,” £5.20 for 3½ ﬁsh… Straße';
    const spoken = spokenText(source);
    expect(sourceOf(source, spoken, 'Cafe')).toBe('Café');
    expect(sourceOf(source, spoken, 'naive')).toBe('naïve');
    expect(sourceOf(source, spoken, 'pounds')).toBe('£5.20');
    expect(sourceOf(source, spoken, 'half')).toBe('½');
    expect(sourceOf(source, spoken, 'fish')).toBe('ﬁsh');
    expect(sourceOf(source, spoken, 'Strasse')).toBe('Straße');
  });

  it.each([
    ['another script', 'He said Привет to me', ['“П”', '“р”', '1 more', 'another engine']],
    ['a word in Greek, though single letters are read', 'ὁ λόγος and π', ['“λ”', '“γ”']],
    ['Chinese', '你好', ['“你” and “好”']],
    ['emoji, each as a whole', 'ok 👩‍👩‍👧 👍🏽', ['“👩‍👩‍👧” and “👍🏽”']],
    ['half of a pair', 'a \ud800 b', ['U+D800']],
    ['no words at all', '…—!', ['nothing to say', 'pause']],
  ])('refuses %s, and says what', (_, source, parts) => {
    let message = '';
    try {
      spokenText(source);
    } catch (error) {
      expect(error).toMatchObject({ code: 'speech.unsayable', issues: [{ path: 'text' }] });
      ({ message } = error as Error);
    }
    for (const part of parts) expect(message).toContain(part);
    expect(message.length).toBeLessThan(300);
  });

  /** Much of what has a rule, and anything else. */
  const anyText = fc
    .array(
      fc.oneof(
        fc.constantFrom(...'aZé5 ,.!?-–—…“”‘’£€$%&½²°№#<>*\n\r\t\u00a0\u200b\u00ad()[]µπßﬁ'),
        fc.constantFrom('£5.20', ' – ', '...', '°C', '10–20', 'word', '* * *', '\r\n', '👍🏽', 'million'),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
    )
    .map(parts => parts.join(''));

  it('holds nothing but ASCII that has a sound or makes a pause, well spaced', () => {
    fc.assert(
      fc.property(anyText, source => {
        const spoken = trySpoken(source);
        if (spoken === undefined) return;
        expect(spoken.text).toMatch(/^[\x21-\x7e](?:[\x20-\x7e\n]*[\x21-\x7e])?$/);
        expect(spoken.text).not.toMatch(/ {2}| \n|\n |\n{3}|[<>]| ,|,,|^,|,$|(.)\1{8}(?<=[!-/:-@[-`{-~])/);
      }),
      { numRuns: 1000 },
    );
  });

  it('stands for the source in order, from beginning to end', () => {
    fc.assert(
      fc.property(anyText, source => {
        const spoken = trySpoken(source);
        if (spoken === undefined) return;
        const { text, from, to } = spoken;
        expect([from.length, to.length]).toEqual([text.length, text.length]);
        for (let n = 0; n < text.length; n += 1) {
          expect(to[n]).toBeGreaterThan(from[n]!);
          if (n > 0) expect(from[n]).toBeGreaterThanOrEqual(from[n - 1]!);
          if (n > 0) expect(to[n]).toBeGreaterThanOrEqual(to[n - 1]!);
        }
        expect(to.at(-1)).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('loses no letter and no digit of what is plain', () => {
    const plain = fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(plain, words => {
        expect(say(words.join(' '))).toBe(words.join(' '));
      }),
    );
  });

  it('is its own reading, at the latest the second time', () => {
    fc.assert(
      fc.property(anyText, source => {
        const spoken = trySpoken(source);
        // What stood before a row of stars may go, and then it is a line of its own.
        if (spoken === undefined || /^[*_~#=\s-]+$/m.test(spoken.text)) return;
        const again = say(spoken.text);
        expect(say(again)).toBe(again);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads the longest text of any one kind in no time', () => {
    for (const piece of [
      ' ',
      '\n',
      '* ',
      '-',
      '.',
      '. ',
      '1',
      '1,',
      '£1',
      '"',
      'a',
      '\u0301',
      '½',
      '<',
      'ά',
      '\t*',
      '1 °',
    ]) {
      const started = performance.now();
      trySpoken(piece.repeat(MAX_SPEECH_CHARACTERS / piece.length));
      expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(2000);
    }
  });
});
