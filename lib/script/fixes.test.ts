import { describe, expect, it } from 'vitest';
import { planned, type Known } from './knowledge.fixture.ts';

/** Each fix that is offered: its title, and the script after it. */
function offered(script: string, known: Known = {}): string[] {
  return planned(script, { defaultVoice: 'a', ...known }).diagnostics.flatMap(({ fixes = [] }) =>
    fixes.map(({ title, edits }) => {
      let text = script;
      for (const { start, end, text: put } of edits.toReversed()) text = text.slice(0, start) + put + text.slice(end);
      return `${title}: ${text}`;
    }),
  );
}

describe('A fix', () => {
  it.each([
    ['{{{voice:a Hi.', 'Close the tag here: {{{voice:a}}} Hi.'],
    ['{{{sfx:door,volume:1}} Hi.', 'Close the tag here: {{{sfx:door,volume:1}}} Hi.'],
    ['{{{chapter:The Door\nHi.', 'Close the tag here: {{{chapter:The Door}}}\nHi.'],
    ['{{{{voice:a}}}}Hi.', 'Remove the extra braces: {{{voice:a}}}Hi.'],
    ['{{sfx:door}}}Hi.', 'Open the tag here: {{{sfx:door}}}Hi.'],
    ['{{voice:a}}Hi.', 'Make it a tag: {{{voice:a}}}Hi.'],
    ['{{{sound:door}}}Hi.', 'Use sfx: {{{sfx:door}}}Hi.'],
    ['{{{voise:a}}}Hi.', 'Use voice: {{{voice:a}}}Hi.'],
    ['{{{voice: A}}}Hi.', 'Use a: {{{voice: a}}}Hi.'],
    ['{{{sfx:dor}}}Hi.', 'Use door: {{{sfx:door}}}Hi.'],
    ['{{{bg:rain}}}{{{bg:Stop}}}Hi.', 'Use stop: {{{bg:rain}}}{{{bg:stop}}}Hi.'],
    ['{{{sfx:door,volum:1}}}Hi.', 'Use volume: {{{sfx:door,volume:1}}}Hi.'],
    ['{{{sfx:door, fade:1 ,pan:0}}}Hi.', 'Remove the flag: {{{sfx:door ,pan:0}}}Hi.'],
    ['{{{sfx:door,volume:55}}}Hi.', 'Use 0.55: {{{sfx:door,volume:0.55}}}Hi.'],
    ['{{{sfx:door,volume:50%}}}Hi.', 'Use 0.5: {{{sfx:door,volume:0.5}}}Hi.'],
    ['{{{sfx:door,volume:20dB}}}Hi.', 'Use 12dB: {{{sfx:door,volume:12dB}}}Hi.'],
    ['{{{sfx:door,fade_in:2s}}}Hi.', 'Use 2: {{{sfx:door,fade_in:2}}}Hi.'],
    ['{{{voice:a,pitch:−3}}}Hi.', 'Use -3: {{{voice:a,pitch:-3}}}Hi.'],
    ['{{{pause:90}}}Hi.', 'Use 60: {{{pause:60}}}Hi.'],
    ['{{{bg:rain,loop:nope}}}Hi.', 'Use false: {{{bg:rain,loop:false}}}Hi.'],
    ['{{{sfx:door,pan:0,pan:1}}}Hi.', 'Remove the second one: {{{sfx:door,pan:0}}}Hi.'],
    ['{{{chapter:Dust, and Ash}}}Hi.', 'Put the title in quotes: {{{chapter:"Dust, and Ash"}}}Hi.'],
    ['{{{chapter:Part 1: Ash}}}Hi.', 'Put the title in quotes: {{{chapter:"Part 1: Ash"}}}Hi.'],
    ['{{{chapter:"Dust" Ash}}}Hi.', 'Quote all of it: {{{chapter:"Dust Ash"}}}Hi.'],
    ['{{{chapter:"Dust}}}Hi.', 'Close the quote: {{{chapter:"Dust"}}}Hi.'],
    ['{{{sfx:door,end_at:12}}}Hi.', 'Remove end_at: {{{sfx:door}}}Hi.'],
    ['{{{bg:rain,volume:0.3,duck_level:0.6}}}Hi.', 'Use 0.1: {{{bg:rain,volume:0.3,duck_level:0.1}}}Hi.'],
    ['{{{bg:rain,volume:0.06}}}Hi.', 'Set duck_level to 0.02: {{{bg:rain,volume:0.06,duck_level:0.02}}}Hi.'],
    ['{{{bg:stop}}}Hi.', 'Remove the tag: Hi.'],
    ['Hi.{{{pause:5}}}', 'Remove the tag: Hi.'],
  ])('for %j is there', (script, wanted) => {
    expect(offered(script)).toContain(wanted);
  });

  it.each([
    ['{{{bg:rain,volume:0,3}}}Hi.', ['Use 0.3: {{{bg:rain,volume:0.3}}}Hi.']],
    ['{{{pause:1,5}}}Hi.', ['Use 1.5: {{{pause:1.5}}}Hi.']],
    ['{{{pause 2}}}Hi.', ['Put a colon after pause: {{{pause:2}}}Hi.']],
    ['{{{pause=2}}}Hi.', ['Put a colon after pause: {{{pause:2}}}Hi.']],
    ['{{{pause：2}}}Hi.', ['Put a colon after pause: {{{pause:2}}}Hi.']],
    ['{{{voice a}}}Hi.', ['Put a colon after voice: {{{voice:a}}}Hi.']],
    ['{{{voice a,speed:2}}}Hi.', ['Put a colon after voice: {{{voice:a,speed:2}}}Hi.']],
    ['{{{voice"a"}}}Hi.', ['Put a colon after voice: {{{voice:"a"}}}Hi.']],
    ['{{{voice"a", speed:2}}}Hi.', ['Put a colon after voice: {{{voice:"a", speed:2}}}Hi.']],
    ['{{{sound door}}}Hi.', ['Put a colon after sfx: {{{sfx:door}}}Hi.']],
    ['{{{bg:rain}}}{{{bg stop}}}Hi.', ['Put a colon after bg: {{{bg:rain}}}{{{bg:stop}}}Hi.']],
    ['{{{chapter One}}}Hi.', ['Put a colon after chapter: {{{chapter:One}}}Hi.']],
    [
      '{{{chapter One: Two, Three,speak:no}}}Hi.',
      ['Put a colon after chapter: {{{chapter:"One: Two, Three",speak:no}}}Hi.'],
    ],
    ['{{{chapter "One", Two}}}Hi.', ['Put a colon after chapter: {{{chapter:"One, Two"}}}Hi.']],
    ['{{{chapter "\\"One\\"" Two, 3}}}Hi.', ['Put a colon after chapter: {{{chapter:"\\"One\\" Two, 3"}}}Hi.']],
    ['{{{chapter "One, Two"}}}Hi.', ['Put a colon after chapter: {{{chapter:"One, Two"}}}Hi.']],
    [
      '{{{chapter:Part 1: Ash, then: Bone}}}Hi.',
      ['Put the title in quotes: {{{chapter:"Part 1: Ash, then: Bone"}}}Hi.'],
    ],
    [
      '{{{chapter:"Dust, and Ash}}}Hi.',
      ['Close the quote: {{{chapter:"Dust, and Ash"}}}Hi.', 'Remove the quote: {{{chapter:Dust, and Ash}}}Hi.'],
    ],
    ['{{{sfx:door volume:0.5}}}Hi.', ['Put a comma before volume: {{{sfx:door,volume:0.5}}}Hi.']],
    ['{{{sfx:door;volume:0.5 pan:1}}}Hi.', ['Put a comma before volume: {{{sfx:door,volume:0.5,pan:1}}}Hi.']],
    ['{{{sfx:door，volume:1}}}Hi.', ['Put a comma before volume: {{{sfx:door,volume:1}}}Hi.']],
    ['{{{voice:"a" speed:2}}}Hi.', ['Put a comma before speed: {{{voice:"a",speed:2}}}Hi.']],
    ['{{{pause:0:30}}}Hi.', ['Use 30: {{{pause:30}}}Hi.']],
    ['{{{pause:2:30}}}Hi.', []],
    ['{{{voize"a"}}}Hi.', ['Remove the tag: Hi.']],
    ['{{{voice:"a" b speed:2}}}Hi.', ['Remove what follows: {{{voice:"a"}}}Hi.']],
    ['{{{voice:a,volume:"" 1}}}Hi.', []],
    ['{{{sfx:door fade:1 volume:1}}}Hi.', []],
    ['{{{voice:a,volume:1 speed:2,speed:1}}}Hi.', []],
    [
      '{{{sfx:door pan:1,volume:1 pan:0}}}Hi.',
      [
        'Put a comma before pan: {{{sfx:door,pan:1,volume:1 pan:0}}}Hi.',
        'Put a comma before pan: {{{sfx:door pan:1,volume:1,pan:0}}}Hi.',
      ],
    ],
    ['{{{sfx:door:2}}}Hi.', []],
    ['{{{sfx:door,pan:-50}}}Hi.', ['Use -0.5: {{{sfx:door,pan:-0.5}}}Hi.', 'Use -1: {{{sfx:door,pan:-1}}}Hi.']],
    ['{{{voice:a,speed:150}}}Hi.', ['Use 1.5: {{{voice:a,speed:1.5}}}Hi.', 'Use 2: {{{voice:a,speed:2}}}Hi.']],
    ['{{{bg:rain,duck_level:20dB}}}Hi.', ['Use -20dB: {{{bg:rain,duck_level:-20dB}}}Hi.']],
  ])('mends %j as it was meant, at once', (script, fixes) => {
    expect(offered(script)).toEqual(fixes);
  });

  it.each([
    ['{{{chapter:Dust, and Ash, and More}}}Hi.', 'Put the title in quotes: {{{chapter:"Dust, and Ash, and More"}}}Hi.'],
    ['{{{chapter:"Dust", and Ash}}}Hi.', 'Put the title in quotes: {{{chapter:"Dust, and Ash"}}}Hi.'],
    ['{{{chapter:Dust, and\nAsh,speak:no}}}Hi.', 'Put the title in quotes: {{{chapter:"Dust, and Ash",speak:no}}}Hi.'],
    ['{{{chapter:Dust, 1: One}}}Hi.', 'Put the title in quotes: {{{chapter:"Dust, 1: One"}}}Hi.'],
    ['{{{bg:rain,duck:true}}}Hi.', 'Use duck_speech: {{{bg:rain,duck_speech:true}}}Hi.'],
    ['{{{bg:rain,duck:0.05}}}Hi.', 'Use duck_level: {{{bg:rain,duck_level:0.05}}}Hi.'],
    ['{{{sfx:door,pause_speech}}}Hi.', 'Use pause_speech:true: {{{sfx:door,pause_speech:true}}}Hi.'],
    ['{{{bg:rain,loop:""}}}Hi.', 'Use loop:true: {{{bg:rain,loop:true}}}Hi.'],
    ['{{{bg:rain,loop:}}}Hi.', 'Use loop:true: {{{bg:rain,loop:true}}}Hi.'],
    ['{{{sfx:door,volume=0.5}}}Hi.', 'Use volume:0.5: {{{sfx:door,volume:0.5}}}Hi.'],
    ['{{{voice:"a}}}He said "Go". {{{sfx:door}}}', 'Close the quote: {{{voice:"a"}}}He said "Go". {{{sfx:door}}}'],
  ])('mends %j as it was meant, first of all', (script, fix) => {
    expect(offered(script)[0]).toBe(fix);
  });

  it.each([
    ['{{{sfx:rain}}}Hi.', ['Use bg:rain: {{{bg:rain}}}Hi.']],
    ['{{{ SFX : rain ,volume:0.2}}}Hi.', ['Use bg:rain: {{{bg:rain ,volume:0.2}}}Hi.']],
    ['{{{bg:door}}}Hi.', ['Use sfx:door: {{{sfx:door}}}Hi.']],
    ['{{{sfx:ann}}}Hi.', ['Use voice:ann: {{{voice:ann}}}Hi.']],
    ['{{{voice:rain}}}Hi.', ['Use bg:rain: {{{bg:rain}}}Hi.']],
    ['{{{ann}}}Hi.', ['Use voice:ann: {{{voice:ann}}}Hi.']],
    ['{{{ a }}}Hi.', ['Use voice:a: {{{ voice:a }}}Hi.']],
    ['{{{rain}}}Hi.', ['Use bg:rain: {{{bg:rain}}}Hi.']],
    ['{{{stranger}}}Hi.', ['Remove the tag: Hi.']],
  ])('puts a name in %j where it belongs', (script, fixes) => {
    expect(offered(script, { cast: { ann: 'a' } })).toEqual(fixes);
  });

  it.each([
    ['{{{chapter:Dust, ash, bone}}}Hi.', '{{{chapter:Dust}}}Hi.'],
    ['{{{chapter:Dust, "ash, bone" ,speak:no}}}Hi.', '{{{chapter:Dust ,speak:no}}}Hi.'],
    ['{{{chapter:Dust, ash, 1: bone}}}Hi.', '{{{chapter:Dust}}}Hi.'],
    ['{{{chapter:Dust, ash }}}Hi.', '{{{chapter:Dust}}}Hi.'],
  ])('cuts the title in %j before its first comma', (script, cut) => {
    expect(offered(script)[1]).toBe(`Remove the rest of the title: ${cut}`);
  });

  it.each([
    '{{{chapter:One,speak:no,speak}}}Hi.',
    '{{{chapter:One,speak:no,Speak:}}}Hi.',
    '{{{chapter:One,speak,speak:no}}}Hi.',
  ])('gives no flag a value in %j that has one already', script => {
    expect(offered(script)).toEqual(['Remove the flag: {{{chapter:One,speak:no}}}Hi.']);
  });

  it('for one tag leaves a quote alone that another before it does not close', () => {
    expect(offered('{{{voice:"a{{{chapter One, two}}}Hi.')).toContain(
      'Put a colon after chapter: {{{voice:"a{{{chapter:"One, two"}}}Hi.',
    );
    const after = planned('{{{voice:"a{{{chapter:"One, two"}}}Hi.', { defaultVoice: 'a' }).diagnostics;
    expect(after.map(({ code }) => code)).toEqual(['script.unclosed_tag']);
  });

  it.each(['{{{sfx:door volume:}}}Hi.', '{{{sfx:door volume:""}}}Hi.', '{{{sfx:door volume:1,volume:0}}}Hi.'])(
    'puts no comma before a flag in %j that would be none',
    script => {
      expect(offered(script)).toEqual([]);
    },
  );

  it('knows which flags the end of a background has', () => {
    const fixes = (flags: string) => offered(`{{{bg:rain}}}Hi.{{{bg:stop${flags}}}}`).map(fix => fix.split(':')[0]);
    expect(fixes(',loop')).toEqual(['Remove the flag']);
    expect(fixes(' volume:1')).toEqual([]);
    expect(fixes(',fade_out=1')).toEqual(['Use fade_out', 'Remove the flag']);
    expect(fixes(' fade_out:1')).toEqual(['Put a comma before fade_out']);
  });

  it('begins text that nobody says with a voice that there is', () => {
    const known = { defaultVoice: undefined, voices: ['x:y'], cast: { narrator: 'x:y' } };
    expect(offered('Hi.', known)).toEqual(['Begin with narrator: {{{voice:narrator}}}Hi.']);
    expect(offered('Hi.', { ...known, cast: {} })).toEqual(['Begin with x:y: {{{voice:"x:y"}}}Hi.']);
    expect(offered('\n# Hi\nHo.', known)).toEqual(['Begin with narrator: \n{{{voice:narrator}}}\n# Hi\nHo.']);
    expect(offered('Hi.', { defaultVoice: undefined, voices: [] })).toEqual([]);
  });

  it('comes with a message that says what is wrong and what to do', () => {
    const { diagnostics } = planned('{{{voice:b}}}{{{sfx:door,volume:abc}}}{{{sfx:door,loop:true}}}Hi.');
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'There is no voice “b”, in the cast or among the voices. Did you mean a?',
      '“abc” will not do here. It must be a gain from 0 to 4, or decibels such as -6dB.',
      'sfx has no flag “loop”, which belongs to bg. It takes volume, fade_in, fade_out, start_at, end_at, pan, duration, delay, pause_speech.',
    ]);
  });
});
