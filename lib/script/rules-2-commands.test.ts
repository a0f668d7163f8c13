/** The rules of section 2, each by its number. */
import { describe, expect, it } from 'vitest';
import { found, planned, said } from './knowledge.fixture.ts';

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

  it.each([
    ['Hi.{{{pause:5}}}', ['warning pause_unheard at {{{pause:5}}}']],
    ['Hi.{{{pause:5}}}{{{sfx:door}}}{{{pause:0}}}', ['warning pause_unheard at {{{pause:0}}}']],
    [
      '{{{bg:rain}}}Hi.{{{pause:5}}}{{{pause:6}}}',
      ['warning pause_unheard at {{{pause:5}}}', 'warning pause_unheard at {{{pause:6}}}'],
    ],
    ['Hi.{{{pause:5}}}{{{bg:rain}}}', ['warning pause_unheard at {{{pause:5}}}']],
    [
      'Hi.{{{pause:5}}}{{{chapter:End,speak:false}}}',
      ['warning pause_unheard at {{{pause:5}}}', 'warning chapter_without_text at {{{chapter:End,speak:false}}}'],
    ],
    ['Hi.{{{pause:5}}}Ho.', []],
    ['Hi.{{{pause:5}}}\n# Ho\nHey.', []],
    ['{{{bg:rain}}}Hi.{{{pause:5}}}{{{bg:stop}}}', []],
    ['Hi {{{bg:rain}}}there.{{{pause:5}}}{{{bg:rain}}}', []],
    ['Hi.{{{pause:5}}}{{{sfx:dor}}}', ['error unknown_effect at dor']],
  ])('find a pause after which nothing is heard in %s (3.5)', (script, wanted) => {
    expect(found(script)).toEqual(wanted);
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
