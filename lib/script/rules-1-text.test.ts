/** The rules of section 1 on text and braces, each by its number. */
import { describe, expect, it } from 'vitest';
import { boundaries, found, knowing, outline, planned, said } from './knowledge.fixture.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';

describe('Text (1)', () => {
  it('has paragraphs between blank lines, with LF or CRLF (1.1)', () => {
    const lines = 'One.\nTwo.\n \t\nThree.';
    const wanted = ['start: One.', 'sentence: Two.', 'paragraph: Three.'];
    expect(boundaries(lines)).toEqual(wanted);
    expect(boundaries(lines.replaceAll('\n', '\r\n'))).toEqual(wanted);
  });

  it('has no blank line where a line holds a tag (1.1)', () => {
    expect(boundaries('One.\n{{{sfx:door}}}\nTwo.')).toEqual(['start: One.', 'sentence: Two.']);
    expect(boundaries('One.\n\n{{{sfx:door}}}\nTwo.')).toEqual(['start: One.', 'paragraph: Two.']);
  });

  it.each([
    ['Mr. Pym met Dr. Ames. He ran.', ['Mr. Pym met Dr. Ames.', 'He ran.']],
    ['Take a knife, e.g. Solingen. Go.', ['Take a knife, e.g. Solingen.', 'Go.']],
    ['J. R. R. Tolkien wrote. I read.', ['J. R. R. Tolkien wrote.', 'I read.']],
    ['So am I. Then go.', ['So am I.', 'Then go.']],
    ['See No. 5. No. Never.', ['See No. 5.', 'No.', 'Never.']],
    ['“Stop!” she cried. “Why?”', ['“Stop!” she cried.', '“Why?”']],
    ['Ha!—would he? Yes!', ['Ha!—would he?', 'Yes!']],
    ['One line\nof a sentence. And\tanother.', ['One line of a sentence.', 'And another.']],
  ])('finds the sentences of %j (1.1)', (script, sentences) => {
    expect(said(script)).toEqual(sentences);
  });

  it('knows the abbreviations of the language that is asked for, and none of one that does not exist (1.1)', () => {
    const text = 'Das Haus von Hr. Braun ist z.B. Rot.';
    const inLanguage = (language: string) =>
      planScript(parseScript(text), knowing({ defaultVoice: 'a' }), { language }).plan.units.map(unit => unit.text);
    expect(inLanguage('de-AT')).toEqual([text]);
    expect(inLanguage('en')).toEqual(['Das Haus von Hr.', 'Braun ist z.B. Rot.']);
    expect(inLanguage('no language')).toEqual(['Das Haus von Hr.', 'Braun ist z.B. Rot.']);
  });

  it('begins a chapter with a line or a tag, and speaks its title (1.2)', () => {
    const { plan } = planned('# The Door\nIt opens. {{{chapter:"Dust, and: Ash"}}} It shuts.', { defaultVoice: 'a' });
    expect(outline({ plan })).toEqual([
      '# The Door',
      'a: The Door',
      'a: It opens.',
      '# Dust, and: Ash',
      'a: Dust, and: Ash',
      'a: It shuts.',
    ]);
    expect(plan.units.map(({ chapter, isTitle, boundary }) => [chapter, isTitle, boundary])).toEqual([
      [0, true, 'start'],
      [0, false, 'paragraph'],
      [1, true, 'chapter'],
      [1, false, 'paragraph'],
    ]);
    expect(plan.chapters[0]).toMatchObject({ start: { line: 1, column: 1 }, end: { line: 1, column: 11 } });
  });

  it('leaves a title unspoken with speak:false (1.2)', () => {
    const { plan } = planned('One.{{{chapter:Hush,speak:no}}}Two.', { defaultVoice: 'a' });
    expect(outline({ plan })).toEqual(['a: One.', '# Hush', 'a: Two.']);
    expect(plan.units[1]).toMatchObject({ boundary: 'chapter', chapter: 0, isTitle: false });
  });

  it('takes a # for a chapter only with a space and at the start of a line (1.2)', () => {
    expect(planned('#one\n # two\nthree # four', { defaultVoice: 'a' }).plan.chapters).toEqual([]);
  });

  it('speaks a title as one unit, with what its tags do (1.2, 1.5)', () => {
    const { plan } = planned('# Mr. Hyde. {{{sfx:door}}}At Home.\nHe is in.', { defaultVoice: 'a' });
    expect(outline({ plan })).toEqual([
      '# Mr. Hyde. At Home.',
      'a: Mr. Hyde.',
      'effect door',
      'a: At Home.',
      'a: He is in.',
    ]);
    expect(said('# Who? Where? When?\nHere.')).toEqual(['Who? Where? When?', 'Here.']);
  });

  it('ignores white space around the parts of a tag, and case but of values (1.3)', () => {
    const script = '{{{\n VOICE : a , Speed\t: 1.5,volume:"-6 dB" }}}Hi.';
    const { plan, diagnostics } = planned(script);
    expect(diagnostics).toEqual([]);
    expect(plan.units).toMatchObject([{ voice: 'a', speed: 1.5, volume: 10 ** (-6 / 20) }]);
    expect(found('{{{voice:A}}}Hi.')).toEqual(['error unknown_voice at A']);
  });

  it('takes quoted values with commas, colons, braces and quotes (1.3)', () => {
    const { plan, diagnostics } = planned(String.raw`{{{chapter:"a, b: {{{c}}} \"d\" \\"}}}Text.`, {
      defaultVoice: 'a',
    });
    expect(diagnostics).toEqual([]);
    expect(plan.chapters[0]!.title).toBe(String.raw`a, b: {{{c}}} "d" \ `.trim());
    expect(planned('{{{voice:"x:y"}}}Hi.', { voices: ['x:y'] }).plan.units).toMatchObject([{ voice: 'x:y' }]);
  });

  it('frees the closing braces of an escaped opening, once (1.4)', () => {
    expect(said(String.raw`Write \{{{sfx:x}}} so.`)).toEqual(['Write {{{sfx:x}}} so.']);
    expect(found(String.raw`Write \{{{sfx:x}}} so. And}}}`)).toEqual(['error stray_braces at }}}']);
    expect(said(String.raw`Write \{{{a {{{sfx:door}}}b}}}.`)).toEqual(['Write {{{a b}}}.']);
  });

  it.each([
    ['{{{voice:a,speed:1', 'error unclosed_tag at {{{voice:a,speed:1'],
    ['{{{voice:a\nHi {{{sfx:door}}} you.', 'error unclosed_tag at {{{voice:a'],
    [String.raw`{{{voice:a\{{{sfx:x}}}`, 'error unclosed_tag at {{{voice:a'],
    ['{{{voice:a\n\nHi.}}}', 'error unclosed_tag at {{{voice:a, error stray_braces at }}}'],
    ['{{{sfx:do{or}}}', 'error brace_in_tag at {'],
    ['{{{sfx:door}}}}', 'error extra_braces at {{{sfx:door}}}}'],
    ['{{{:a}}}', 'error unknown_command at '],
    ['{{{sfx:door,,volume:1}}}', 'error missing_part at ,'],
    ['{{{sfx:door,}}}', 'error missing_part at ,'],
    ['{{{sfx:door,volume}}}', 'error missing_flag_value at volume'],
    ['{{{sfx:door,volume: }}}', 'error missing_flag_value at volume'],
    ['{{{chapter:One: Two}}}', 'error colon_in_value at One: Two'],
    ['{{{chapter:"One}}}', 'error unclosed_quote at "One'],
    ['{{{chapter:"One" Two}}}', 'error text_after_quote at  Two'],
    ['# \nHi {{{sfx:door}}}', 'error missing_value at # '],
    [
      '{{{sfx:,volume,,}}}',
      'error missing_value at sfx, error missing_flag_value at volume, error missing_part at ,, error missing_part at ,',
    ],
    ['{{{sfx:d{o}or}}}', 'error brace_in_tag at {'],
    ['{{{voice a,speed:2}}}', 'error unknown_command at voice a'],
    ['{{{chapter:One, two, three}}}', 'error missing_flag_value at two'],
    ['{{{voice:"a}}}He said "Go".', 'error unclosed_quote at "a'],
  ])('has an error in %j (1.4)', (script, wanted) => {
    expect(found(script).join(', ')).toBe(wanted);
  });

  it('speaks nothing of what is broken, and goes on after it (1.4)', () => {
    expect(said('One. {{{voice:a two\n\nThree.')).toEqual(['One.', 'Three.']);
    expect(said('One.\nvoice:a}}} Two.')).toEqual(['One.', 'Two.']);
    expect(said('One {{{what:ever}}} two.')).toEqual(['One two.']);
    expect(said(String.raw`{{{voice:a\{{{sfx:x}}} so.`)).toEqual(['{{{sfx:x}}} so.']);
    expect(said('{{{voice:"a}}}He said "Go". {{{sfx:door}}}')).toEqual(['He said "Go".']);
  });
});
