/** The rules of sections 1 and 3 on where things are, each by its number. */
import { describe, expect, it } from 'vitest';
import { boundaries, found, outline, planned, said } from './knowledge.fixture.ts';
import { parseScript } from './parse.ts';

describe('Tags in sentences (1.5)', () => {
  it('act at the end of the word before, and leave the sentence whole', () => {
    const { plan } = planned('{{{voice:a}}}He came in (slowly)—{{{sfx:door}}}and {{{bg:rain}}}sat{{{bg:stop}}}.');
    expect(outline({ plan })).toEqual(['a: He came in (slowly|effect|)—and|bed| sat|stop|.']);
  });

  it('divide it where the engine does not mark words', () => {
    expect(boundaries('He came {{{sfx:door}}}in and{{{bg:rain}}} sat.', { marksWords: false })).toEqual([
      'start: He came',
      'inside: in and',
      'inside: sat.',
    ]);
  });

  it.each([
    ['{{{voice:b}}}', 'the voice'],
    ['{{{voice:a,speed:1.2}}}', 'the speed'],
    ['{{{pause:1}}}', 'a pause'],
    ['{{{sfx:door,pause_speech:true}}}', 'an effect that pauses'],
  ])('divide it for %s', tag => {
    expect(boundaries(`He came ${tag}in.`, { voices: ['a', 'b'] })).toEqual(['start: He came', 'inside: in.']);
  });

  it('divide it once, however many stand there', () => {
    expect(boundaries('He{{{pause:1}}}{{{sfx:door}}} {{{pause:1}}} came.')).toEqual(['start: He', 'inside: came.']);
  });

  it('are between sentences after . ! ? … and closing quotes', () => {
    for (const end of ['.', '!', '?', '…', '.”', '?”)', '。']) {
      expect(boundaries(`One${end}{{{sfx:door}}}two.`)).toEqual([`start: One${end}`, 'sentence: two.']);
    }
  });

  it.each([
    ['“Stop!{{{sfx:door}}}” she said.', 'sentence', ['“Stop!”', 'she said.']],
    ['"Stop!{{{sfx:door}}}" she said.', 'sentence', ['"Stop!"', 'she said.']],
    ['“No{{{pause:1}}},” she said.', 'inside', ['“No,”', 'she said.']],
    ['(No{{{pause:1}}}{{{sfx:door}}})—yes.', 'inside', ['(No)', '—yes.']],
    ['He said:{{{pause:1}}}"No."', 'inside', ['He said:', '"No."']],
    ['And{{{pause:1}}}…what?', 'inside', ['And', '…what?']],
  ])('leave closing punctuation where it belongs: %s', (script, boundary, units) => {
    expect(said(script)).toEqual(units);
    expect(boundaries(script)[1]).toContain(`${boundary}:`);
  });

  it.each([
    ['Hi{{{sfx:door}}}. Ho.', ['start: Hi.', 'sentence: Ho.']],
    ['Hi{{{bg:rain}}}.\nHo.', ['start: Hi.', 'sentence: Ho.']],
    ['“Hi{{{sfx:door}}}.” Ho.', ['start: “Hi.”', 'sentence: Ho.']],
    ['Hi{{{voice:a,speed:1.2}}}. Ho.', ['start: Hi.', 'sentence: Ho.']],
    ['One {{{pause:1}}}“{{{pause:1}}} — ! Two.', ['start: One', 'sentence: “ — ! Two.']],
  ])('leave the end of a sentence that comes behind them: %s', (script, units) => {
    expect(boundaries(script, { marksWords: false })).toEqual(units);
  });

  it('are inside of one after an abbreviation', () => {
    expect(outline(planned('{{{voice:a}}}Dr. {{{sfx:door}}}Ames.'))).toEqual(['a: Dr|effect|. Ames.']);
  });

  it('act before a sentence where no word of it is before them', () => {
    expect(outline(planned('{{{voice:a}}}One. “{{{sfx:door}}}Two.”'))).toEqual(['a: One.', 'effect door', 'a: “Two.”']);
  });

  it('act at the end of the word that they stand in', () => {
    expect(outline(planned('{{{voice:a}}}Un{{{sfx:door}}}der way.'))).toEqual(['a: Under|effect| way.']);
  });
});

describe('Positions (1.6)', () => {
  it('count lines and columns from 1, offsets in UTF-16 units, CRLF as two', () => {
    const { diagnostics } = parseScript('😀\r\n😀 {{{sfx:door,volume:x}}}');
    expect(diagnostics[0]).toMatchObject({
      start: { line: 2, column: 23, offset: 26 },
      end: { line: 2, column: 24, offset: 27 },
    });
  });

  it('of a title end with its line, be it with LF or CRLF (1.1)', () => {
    for (const lineEnd of ['\n', '\r\n']) {
      const { plan } = planned(`# One${lineEnd}Two.`, { defaultVoice: 'a' });
      expect(plan.chapters[0]).toMatchObject({ start: { line: 1, column: 1 }, end: { line: 1, column: 6 } });
    }
  });

  it('of a unit are those of its text', () => {
    const script = 'One  and\ntwo. \\{{{Three}}} four. ';
    const { plan } = planned(script, { defaultVoice: 'a' });
    expect(plan.units.map(({ start, end }) => script.slice(start.offset, end.offset))).toEqual([
      'One  and\ntwo.',
      '{{{Three}}} four.',
    ]);
  });

  it('are in order, with what the parser found and what needed knowledge', () => {
    expect(found('{{{voice:q}}}{{{}}}{{{sfx:q}}}{{{bg:stop}}}')).toEqual([
      'error unknown_voice at q',
      'error empty_tag at {{{}}}',
      'error unknown_effect at q',
      'warning stop_without_bed at {{{bg:stop}}}',
    ]);
  });
});

describe('What lies between units (3.2)', () => {
  it('is told for each, the strongest that applies', () => {
    expect(
      boundaries('One. Two\n\n{{{voice:b}}}Three {{{pause:1}}}four.\n# Five\nSix.', { voices: ['a', 'b'] }),
    ).toEqual([
      'start: One.',
      'sentence: Two',
      'paragraph: Three',
      'inside: four.',
      'chapter: Five',
      'paragraph: Six.',
    ]);
  });

  it('leaves tags at the end of the unit before', () => {
    expect(outline(planned('{{{voice:a}}}One.\n\n{{{sfx:door}}}\n\n# Two\nThree.'))).toEqual([
      'a: One.',
      'effect door',
      '# Two',
      'a: Two',
      'a: Three.',
    ]);
  });
});
