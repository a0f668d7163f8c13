import { describe, expect, it } from 'vitest';
import { describePlan, estimateSeconds, WORDS_PER_MINUTE } from './describe.ts';
import { planned } from './knowledge.fixture.ts';

const HEAD_AND_TAIL = 2.75;
const minute = `${'Word '.repeat(WORDS_PER_MINUTE - 1)}word.`;

function estimated(script: string, lengthOf?: (id: string) => number | undefined): number {
  const { plan } = planned(script, { defaultVoice: 'a', voices: ['a', 'b'] });
  return estimateSeconds(plan, lengthOf ? { lengthOf } : {}) - HEAD_AND_TAIL;
}

describe('The length that is estimated', () => {
  it('is a minute for as many words as are read in one, less where the voice is faster', () => {
    expect(estimated(minute)).toBeCloseTo(60);
    expect(estimated(`{{{voice:a,speed:2}}}${minute}`)).toBeCloseTo(30);
  });

  it('holds the gaps, and a pause in the place of one (3.2)', () => {
    expect(estimated(`${minute} ${minute}`)).toBeCloseTo(120.3);
    expect(estimated(`${minute}\n\n${minute}`)).toBeCloseTo(120.7);
    expect(estimated(`${minute} {{{voice:b}}}${minute}`)).toBeCloseTo(120.5);
    expect(estimated(`${minute}{{{pause:2}}}{{{pause:1}}} ${minute}`)).toBeCloseTo(123);
  });

  it('holds effects that pause speech, as long as they play', () => {
    const script = `${minute}{{{sfx:door,pause_speech:true,delay:1,duration:3}}} ${minute}`;
    expect(estimated(script, () => 10)).toBeCloseTo(124);
    expect(estimated(script, () => 2)).toBeCloseTo(123);
    expect(estimated(script.replace('pause_speech:true,', ''), () => 10)).toBeCloseTo(120.3);
  });

  it('ends where the book ends: a pause after everything is not counted, what is heard after the last word is (3.5)', () => {
    expect(estimated(`${minute}{{{pause:10}}}`)).toBeCloseTo(60);
    expect(estimated(`${minute}{{{sfx:door}}}`, () => 10)).toBeCloseTo(68);
    expect(estimated(`{{{bg:rain,fade_out:5}}}${minute}`)).toBeCloseTo(63);
    expect(estimated(`{{{bg:rain}}}${minute}{{{pause:10}}}{{{bg:stop}}}`)).toBeCloseTo(69);
  });

  it('is that of the effects where nobody speaks', () => {
    const { plan } = planned('{{{sfx:door}}}{{{sfx:door,delay:1}}}');
    expect(estimateSeconds(plan, { lengthOf: () => 4 })).toBeCloseTo(5.75);
  });

  it('counts signs where words are not parted by spaces', () => {
    expect(estimated('你好'.repeat(WORDS_PER_MINUTE))).toBeCloseTo(60);
  });

  it('is nothing where nothing plays', () => {
    expect(estimateSeconds({ chapters: [], units: [], steps: [] })).toBe(0);
  });
});

describe('The summary of a plan', () => {
  it('counts what each voice says and how often each sound is used, cues inside of sentences too', () => {
    const script =
      '{{{bg:rain}}}\n# One\nTwo {{{sfx:door}}}three. {{{voice:her}}}Four. {{{voice:a}}}Five.{{{sfx:door}}}{{{bg:rain}}}{{{bg:stop}}}';
    const { plan } = planned(script, { defaultVoice: 'a', voices: ['a', 'b'], cast: { her: 'b' } });
    expect(describePlan(plan)).toEqual({
      chapters: 1,
      units: 4,
      voices: [
        { voice: 'a', name: undefined, units: 2 },
        { voice: 'b', name: 'her', units: 1 },
        { voice: 'a', name: 'a', units: 1 },
      ],
      sounds: [
        { kind: 'background', id: 'rain', uses: 2 },
        { kind: 'effects', id: 'door', uses: 2 },
      ],
    });
  });
});
