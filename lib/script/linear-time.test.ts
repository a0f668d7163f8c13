/** Work in proportion to the text, counted in characters looked at rather than in seconds. */
import { describe, expect, it } from 'vitest';
import { knowing, planned } from './knowledge.fixture.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';
import { printScript } from './print.ts';
import { MAX_DIAGNOSTICS } from './report.ts';

const SIZE = 100_000;

/** Whatever could make a reader go back: repeated up to {@link SIZE} characters. */
const HOSTILE: Readonly<Record<string, string>> = {
  'opening braces': '{',
  'closing braces': '}',
  quotes: '"',
  'tags without an end': '{{{ ',
  'tags without an end, and a word': '{{{a ',
  'ends without a tag': 'a}}} ',
  'quotes without an end': '{{{a:"',
  'quotes that are escaped': '{{{a:"\\',
  'quotes that hide tags': '{{{\n:"{{{"\n',
  'one quote that every line opens': '{{{a:"\\"\\"\n',
  'quotes that end behind their tag': '{{{a:"}}}"a ',
  'quotes that may end behind their tag': '{{{a:"}}}{{{a:"    a',
  'quotes that may end in another tag': '{{{a:"{{{a:"    a',
  'escaped braces': '\\{{{ ',
  'commas in a tag': '{{{a:,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,',
  'blank lines': '\n \n',
  'white space': ' ',
  'two braces': '{{voice:',
  'wrong tags': '{{{voice:nobody,speed:9,x:1}}} b ',
  'tags in a word': 'a{{{sfx:door}}}',
  'tags in punctuation': ',{{{sfx:door}}}',
  'tags after brackets': '){{{sfx:door}}}',
  'quotes of either side': '.»',
  'tags between quotes of either side': '»{{{sfx:door}}}« ',
  'brackets after full stops': '.(',
  'tags that divide': 'a{{{pause:1}}}',
  headings: '# a\n',
  dashes: '—',
  abbreviations: 'Mr. ',
  sentences: 'Go. ',
  'one word': 'a',
};

/** Characters that `work` asks for one by one, for each of the text. */
function looks(text: string, work: () => void): number {
  let count = 0;
  const own = (['charCodeAt', 'codePointAt', 'startsWith'] as const).map(
    name => [name, String.prototype[name]] as const,
  );
  for (const [name, method] of own) {
    Object.defineProperty(String.prototype, name, {
      configurable: true,
      writable: true,
      value(this: string, ...args: [never]) {
        count++;
        return Reflect.apply(method, this, args) as unknown;
      },
    });
  }
  try {
    work();
  } finally {
    for (const [name, value] of own) {
      Object.defineProperty(String.prototype, name, { configurable: true, writable: true, value });
    }
  }
  return count / text.length;
}

describe('A script is read in linear time, be it', () => {
  it.each(Object.entries(HOSTILE))('%s', (_, unit) => {
    const text = unit.repeat(Math.ceil(SIZE / unit.length));
    const tree = parseScript(text);
    expect(looks(text, () => void parseScript(text))).toBeLessThan(8);
    expect(looks(text, () => void planScript(tree, knowing({ defaultVoice: 'a' })))).toBeLessThan(8);
    expect(printScript(tree.nodes).length).toBeLessThanOrEqual(text.length);
  });

  it('a tag that opens and never ends, before a hundred thousand of anything', () => {
    for (const unit of Object.values(HOSTILE)) {
      const text = `{{{a:${unit.repeat(Math.ceil(SIZE / unit.length))}`;
      expect(looks(text, () => void parseScript(text))).toBeLessThan(8);
    }
  });
});

describe('Suggestions', () => {
  /** 64 letters, which differ for each number. */
  const nameOf = (seed: number) => {
    let state = seed * 7919 + 1;
    return Array.from({ length: 64 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(97 + (state % 26));
    }).join('');
  };
  const names = Array.from({ length: 1000 }, (_, i) => nameOf(i));
  const known = {
    effects: Object.fromEntries(names.map(name => [name, {}])),
    cast: Object.fromEntries(names.map(name => [name, 'a'])),
  };

  it.each(['sfx', 'voice'])('for a thousand long names after %s cost a bounded number of steps', command => {
    const script = Array.from({ length: 1000 }, (_, i) => `{{{${command}:${nameOf(i + 5000)}}}}`).join('');
    // Four characters are looked at for a step, at most.
    expect(looks(script, () => void planned(script, known)) * script.length).toBeLessThan(45_000_000);
  });

  it('go to all of two hundred wrong names among ten thousand', () => {
    const shelf = Array.from({ length: 10_000 }, (_, i) => nameOf(i).slice(0, 6 + (i % 9)));
    const effects = Object.fromEntries(shelf.map(name => [name, {}]));
    const script = Array.from({ length: 200 }, (_, i) => `{{{sfx:${shelf[i * 50]!.slice(0, -1)}#}}}`).join('');
    const { diagnostics } = planned(script, { effects });
    expect(diagnostics.filter(({ suggestion }) => suggestion === undefined)).toEqual([]);
  });
});

describe('Findings', () => {
  it.each(['{{{chapter:a', '{{{chapter a', '{{{sfx:door'])(
    'are not much longer than a script that begins with %s',
    tag => {
      for (const part of [',b:1', ',b', ',b:c:d', ' volume:1', ',volume 1']) {
        const script = `${tag}${part.repeat(20_000)}}}}`;
        const { diagnostics } = planned(script);
        expect(JSON.stringify(diagnostics).length).toBeLessThan(10 * script.length + 1000 * MAX_DIAGNOSTICS);
      }
    },
  );

  it('are listed up to a bound, and one more says that there are others', () => {
    const { diagnostics } = parseScript('{{{}}} '.repeat(MAX_DIAGNOSTICS + 5));
    expect(diagnostics).toHaveLength(MAX_DIAGNOSTICS + 1);
    expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', code: 'script.more' });
  });

  it('that are not listed are an error only where one of them is', () => {
    const warnings = '{{{bg:stop}}}'.repeat(MAX_DIAGNOSTICS + 5);
    const last = (script: string) => planScript(parseScript(script), knowing({ defaultVoice: 'a' })).diagnostics.at(-1);
    expect(last(`Hi.${warnings}`)).toMatchObject({ severity: 'warning', code: 'script.more' });
    expect(last(`Hi.${warnings}{{{}}}`)).toMatchObject({ severity: 'error', code: 'script.more' });
    expect(last(`Hi.${warnings}{{{sfx:none}}}`)).toMatchObject({ severity: 'error', code: 'script.more' });
  });
});
