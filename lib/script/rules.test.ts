/** The rules of sections 1 to 3 that concern the language, each by its number. */
import { describe, expect, it } from 'vitest';
import { findings, knowing, type Known, outline, planned } from './knowledge.fixture.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';

/** What is said, with default voice `a`. */
function said(script: string, known: Known = {}): string[] {
  return planned(script, { defaultVoice: 'a', ...known }).plan.units.map(({ text }) => text);
}

function boundaries(script: string, known: Known = {}): string[] {
  return planned(script, { defaultVoice: 'a', ...known }).plan.units.map(
    ({ boundary, text }) => `${boundary}: ${text}`,
  );
}

function found(script: string, known: Known = {}): string[] {
  return findings(script, planned(script, { defaultVoice: 'a', ...known }).diagnostics);
}

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
  ])('has an error in %j (1.4)', (script, wanted) => {
    expect(found(script).join(', ')).toBe(wanted);
  });

  it('speaks nothing of what is broken, and goes on after it (1.4)', () => {
    expect(said('One. {{{voice:a two\n\nThree.')).toEqual(['One.', 'Three.']);
    expect(said('One.\nvoice:a}}} Two.')).toEqual(['One.', 'Two.']);
    expect(said('One {{{what:ever}}} two.')).toEqual(['One two.']);
  });
});

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

describe('Commands (2)', () => {
  it('give a voice its settings until the next voice tag (2)', () => {
    const { plan } = planned('{{{voice:a,speed:0.5,pitch:-3,volume:2}}}One. Two. {{{voice:a}}}Three.');
    expect(plan.units.map(({ speed, pitch, volume }) => [speed, pitch, volume])).toEqual([
      [0.5, -3, 2],
      [0.5, -3, 2],
      [1, 0, 1],
    ]);
  });

  it('stop a bed with a fade, or with its own (2)', () => {
    const { plan } = planned('{{{voice:a}}}One.{{{bg:rain}}}{{{bg:stop,fade_out:2}}}{{{bg:rain}}}{{{bg:stop}}}');
    expect(plan.steps.filter(({ type }) => type === 'stop')).toMatchObject([{ fade_out: 2 }, { fade_out: undefined }]);
  });

  it('take defaults from what is built in, the settings, the sound, and the tag, weakest first (2.1)', () => {
    const settings = {
      effects: { volume: 0.5, fade_in: 0.1, fade_out: 0.2, pause_speech: true },
      background: { fade_in: 3, duck_level: 0.02, loop: false },
    };
    const known = {
      settings,
      effects: { door: { fade_in: 0.3, fade_out: 0.4, end_at: 8 } },
      background: { rain: { fade_in: 4, crossfade: 1 } },
    };
    const { plan } = planned('{{{voice:a}}}Hi.{{{sfx:door,fade_out:0.5}}}{{{bg:rain,volume:0.25}}}', known);
    expect(plan.steps.slice(1)).toMatchObject([
      {
        settings: {
          volume: 0.5,
          fade_in: 0.3,
          fade_out: 0.5,
          start_at: 0,
          end_at: 8,
          duration: null,
          delay: 0,
          pause_speech: true,
          pan: 0,
        },
      },
      {
        settings: {
          volume: 0.25,
          fade_in: 4,
          fade_out: 1,
          start_at: 0,
          end_at: null,
          loop: false,
          crossfade: 1,
          duck_speech: true,
          duck_level: 0.02,
          pan: 0,
        },
      },
    ]);
  });

  it('have what is built in where nobody chose (2.1)', () => {
    const { plan } = planned('{{{voice:a}}}Hi.{{{sfx:door}}}{{{bg:rain}}}');
    expect(plan.steps.slice(1)).toMatchObject([
      { settings: { volume: 0.8, fade_in: 0, fade_out: 0, pause_speech: false, delay: 0, pan: 0 } },
      {
        settings: {
          volume: 0.3,
          fade_in: 1,
          fade_out: 1,
          loop: true,
          crossfade: 0.05,
          duck_speech: true,
          duck_level: 0.1,
          pan: 0,
        },
      },
    ]);
  });

  it('take every flag of the table (2)', () => {
    const clip = 'volume:1,fade_in:1,fade_out:1,start_at:1,end_at:9,pan:-1';
    const script = [
      '{{{voice:a,speed:2,pitch:12,volume:0}}}',
      `{{{sfx:door,${clip},duration:3,delay:1,pause_speech:on}}}`,
      `{{{bg:rain,${clip},loop:yes,crossfade:0,duck_speech:true,duck_level:-20dB}}}`,
      '{{{chapter:One,speak:1}}}{{{pause:60}}}Hi.',
    ].join('');
    const { plan, diagnostics } = planned(script);
    expect(diagnostics).toEqual([]);
    expect(plan.steps.slice(0, 2)).toMatchObject([
      { settings: { volume: 1, fade_in: 1, fade_out: 1, start_at: 1, end_at: 9, pan: -1, duration: 3, delay: 1 } },
      { settings: { volume: 1, start_at: 1, end_at: 9, pan: -1, loop: true, crossfade: 0, duck_level: 0.1 } },
    ]);
  });

  it.each([
    ['{{{sfx:door,fade_in:-1}}}', '-1'],
    ['{{{sfx:door,fade_in:1s}}}', '1s'],
    ['{{{sfx:door,delay:1e3}}}', '1e3'],
    [`{{{sfx:door,delay:${'9'.repeat(400)}}}}`, '9'.repeat(400)],
    ['{{{sfx:door,volume:4.1}}}', '4.1'],
    ['{{{sfx:door,volume:13dB}}}', '13dB'],
    ['{{{sfx:door,fade_in:-6dB}}}', '-6dB'],
    ['{{{sfx:door,pan:1.5}}}', '1.5'],
    ['{{{sfx:door,pause_speech:maybe}}}', 'maybe'],
    ['{{{bg:rain,duck_level:1.5}}}', '1.5'],
    ['{{{pause:61}}}', '61'],
    ['{{{pause:long}}}', 'long'],
    ['{{{voice:a,speed:0.4}}}', '0.4'],
    ['{{{voice:a,pitch:13}}}', '13'],
    ['{{{chapter:One,speak:2}}}', '2'],
  ])('refuse the value in %s (2.2)', (tag, value) => {
    expect(found(`Hi. ${tag} Ho.`)).toContain(`error bad_value at ${value}`);
  });

  it.each(['true', 'FALSE', 'yes', 'No', 'on', 'off', '1', '0'])('take %s for a boolean (2.2)', value => {
    const { plan } = planned(`{{{sfx:door,pause_speech:${value}}}}`);
    const wanted = ['true', 'yes', 'on', '1'].includes(value.toLowerCase());
    expect(plan.steps).toMatchObject([{ settings: { pause_speech: wanted } }]);
  });

  it.each([
    ['{{{sond:door}}}', 'error unknown_command at sond'],
    ['{{{sfx:door,fade:1}}}', 'error unknown_flag at fade'],
    ['{{{sfx:door,loop:true}}}', 'error unknown_flag at loop'],
    ['{{{pause:1,volume:1}}}', 'error unknown_flag at volume'],
    ['{{{bg:rain}}}{{{bg:stop,volume:1}}}', 'error unknown_flag at volume'],
    ['{{{sfx:door,volume:1,VOLUME:2}}}', 'error duplicate_flag at VOLUME'],
    ['{{{voice:nobody}}}', 'error unknown_voice at nobody'],
    ['{{{voice:constructor}}}', 'error unknown_voice at constructor'],
    ['{{{sfx:rain}}}', 'error unknown_effect at rain'],
    ['{{{bg:door}}}', 'error unknown_background at door'],
    ['{{voice:a}}', 'warning two_braces at {{voice:a}}'],
    ['{{{bg:rain}}}{{{bg:stop}}}{{{bg:stop}}}', 'warning stop_without_bed at {{{bg:stop}}}'],
    ['{{{sfx:door,end_at:11}}}', 'warning end_past_clip at 11'],
    ['{{{sfx:door,start_at:5,end_at:5}}}', 'warning empty_clip at 5'],
    ['{{{sfx:door,duration:0}}}', 'warning empty_clip at 0'],
    ['{{{bg:rain,volume:0.5,duck_level:0.5}}}', 'warning duck_not_below at 0.5'],
    ['{{{bg:rain,volume:0.05}}}', 'warning duck_not_below at 0.05'],
    ['{{{chapter:One}}}{{{chapter:Two}}}', 'warning chapter_without_text at {{{chapter:One}}}'],
  ])('find in %s (2.3)', (tags, wanted) => {
    expect(found(`Hi. ${tags} Ho.`)).toEqual([wanted]);
  });

  it.each([
    ['{{{sfx:door,end_at:10}}}'],
    ['{{{bg:rain,volume:0.5,duck_level:0.5,duck_speech:false}}}'],
    ['{{{bg:rain,volume:0}}}'],
    ['{ {{ }} } {{what:ever}} {voice:a}'],
  ])('find nothing in %s (2.3)', tags => {
    expect(found(`Hi. ${tags} Ho.`)).toEqual([]);
  });

  it('say once that text before any voice has nobody to say it (2.3)', () => {
    const known = { defaultVoice: undefined };
    expect(found('One. Two. {{{voice:a}}}Three.', known)).toEqual(['error text_without_voice at One.']);
    expect(found('# One\n{{{voice:a}}}Three.', known)).toEqual(['error text_without_voice at One']);
    expect(found('{{{voice:b}}}One.', known)).toEqual(['error unknown_voice at b']);
    expect(said('One. {{{voice:a}}}Two.', known)).toEqual(['Two.']);
  });

  it.each(['', ' \n', '{{{bg:rain}}}', '{{{voice:a}}}{{{pause:3}}}', '…\n\n—', '{{{chapter:One,speak:false}}}'])(
    'find nothing to play in %j (2.3)',
    script => {
      expect(planned(script, { defaultVoice: 'a' }).diagnostics.map(({ code }) => code)).toContain(
        'script.nothing_to_play',
      );
    },
  );

  it('look a voice up in the cast first, then among the ids (2.4)', () => {
    const known = { voices: ['a', 'b', 'x:y'], cast: { a: 'x:y', unused: 'b' } };
    expect(planned('{{{voice:a}}}One. {{{voice:b}}}Two.', known)).toMatchObject({
      plan: {
        units: [
          { voice: 'x:y', name: 'a' },
          { voice: 'b', name: 'b' },
        ],
      },
      diagnostics: [],
    });
    const { diagnostics } = planned('{{{voice:ghost}}}One.', { cast: { ghost: 'gone' } });
    expect(diagnostics.map(({ code }) => code)).toEqual(['script.unknown_voice']);
    expect(diagnostics[0]!.message).toContain('“gone”');
  });

  it('let the default voice have no name (2.4)', () => {
    expect(planned('One.', { defaultVoice: 'a' }).plan.units).toMatchObject([{ voice: 'a', name: undefined }]);
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
