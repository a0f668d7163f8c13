import { describe, expect, it } from 'vitest';
import { findings, outline, planned } from './knowledge.fixture.ts';

/** The table of section 6, row by row. */
describe('The examples of the language (6)', () => {
  it('name the wrong voice and suggest the right one', () => {
    const script = '{{{voice:a}}}One{{{VOICE: b }}}Two';
    const { diagnostics } = planned(script);
    expect(findings(script, diagnostics)).toEqual(['error unknown_voice at b']);
    expect(diagnostics[0]!.suggestion).toBe('a');
  });

  it('play an effect after the last text', () => {
    expect(outline(planned('{{{voice:a}}}Hi{{{sfx:door}}}'))).toEqual(['a: Hi', 'effect door']);
  });

  it('let an effect that pauses stand between two sentences', () => {
    const { plan, diagnostics } = planned('{{{voice:a}}}A.{{{sfx:door,pause_speech:true}}}B.');
    expect(outline({ plan })).toEqual(['a: A.', 'effect door', 'a: B.']);
    expect(plan.steps[1]).toMatchObject({ settings: { pause_speech: true } });
    expect(diagnostics).toEqual([]);
  });

  it('allow a silent bed', () => {
    const { plan, diagnostics } = planned('{{{voice:a}}}{{{bg:rain,loop:false,volume:0}}}Hi');
    expect(outline({ plan })).toEqual(['bed rain', 'a: Hi']);
    expect(plan.steps[0]).toMatchObject({ settings: { loop: false, volume: 0 } });
    expect(diagnostics).toEqual([]);
  });

  it('start one bed, whatever voice follows', () => {
    const { plan, diagnostics } = planned('{{{bg:rain}}}{{{voice:a}}}A{{{voice:a}}}B');
    expect(outline({ plan })).toEqual(['bed rain', 'a: A', 'a: B']);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['{{{sfx:door,volume:abc}}}', 'error bad_value at abc'],
    ['{{{sfx:door,volume:55}}}', 'error bad_value at 55'],
    ['{{{sfx:door,loud:1}}}', 'error unknown_flag at loud'],
  ])('point into the tag %s', (script, finding) => {
    expect(findings(script, planned(script).diagnostics)).toEqual([finding]);
  });

  it.each([
    ['{{{}}}', 'error empty_tag at {{{}}}'],
    ['{{{voice}}}', 'error missing_value at voice'],
    ['{{{voice:}}}', 'error missing_value at voice'],
    ['{{{voice:a}b}}}', 'error brace_in_tag at }'],
    ['{{{voice:a', 'error unclosed_tag at {{{voice:a'],
    ['text}}}', 'error stray_braces at }}}'],
    ['{{{{voice:a}}}}', 'error extra_braces at {{{{voice:a}}}}'],
  ])('speak nothing of %s', (script, finding) => {
    const { plan, diagnostics } = planned(script, { defaultVoice: 'a' });
    expect(findings(script, diagnostics)).toEqual([finding]);
    expect(plan.units).toEqual([]);
  });

  it('speak escaped braces', () => {
    const { plan, diagnostics } = planned('\\{{{voice:a}}} is how you change voices.', { defaultVoice: 'a' });
    expect(outline({ plan })).toEqual(['a: {{{voice:a}}} is how you change voices.']);
    expect(diagnostics).toEqual([]);
  });

  it('put a pause between two sentences', () => {
    const { plan } = planned('{{{voice:a}}}One. {{{pause:2.5}}} Two.');
    expect(outline({ plan })).toEqual(['a: One.', 'pause 2.5', 'a: Two.']);
  });
});
