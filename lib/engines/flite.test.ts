import { beforeAll, describe, expect, it } from 'vitest';
import { Flite, SpeechTooLongError, type FliteRequest } from './flite.ts';
import { FLITE_VOICES, type FliteVoiceName } from './flite-voices.ts';
import { medianF0 } from './pitch.fixture.ts';
import { PITCH_RANGE, SPEED_RANGE } from './speech-engine.ts';

const VOICES = Object.keys(FLITE_VOICES) as FliteVoiceName[];
const SENTENCE = 'The old man walked slowly along the river, and nobody knew where he was going.';

let flite: Flite;
beforeAll(async () => void (flite = await Flite.open()));

const speak = (wish: Partial<FliteRequest> = {}) =>
  flite.speak({ text: SENTENCE, voice: 'slt', speed: 1, pitch: 0, ...wish });
const secondsOf = ({ samples, sampleRate }: ReturnType<typeof speak>) => samples.length / sampleRate;

describe('flite', () => {
  it.each(VOICES)('lets %s speak as fast as it is asked to, over the whole range', voice => {
    const own = secondsOf(speak({ voice }));
    for (const speed of [SPEED_RANGE.min, 0.7, 1.5, 2, 3, SPEED_RANGE.max]) {
      const factor = own / secondsOf(speak({ voice, speed })) / speed;
      expect(Math.max(factor, 1 / factor), `${voice} at ${speed}`).toBeLessThan(1.08);
    }
  });

  it.each(VOICES)('lets %s speak as many semitones higher or lower as it is asked to', voice => {
    const own = medianF0(speak({ voice }));
    // The voices with a median of 88 Hz reach the lowest that flite voices, 50 Hz.
    const lowest = voice.startsWith('kal') ? -8 : PITCH_RANGE.min;
    for (const pitch of [lowest, -3, 3, PITCH_RANGE.max]) {
      const measured = 12 * Math.log2(medianF0(speak({ voice, pitch })) / own);
      // Diphones come with periods of their own, which do not all move alike.
      const tolerance = voice.startsWith('kal') ? 1.3 : 0.5;
      expect(Math.abs(measured - pitch), `${voice} at ${pitch}: ${measured}`).toBeLessThan(tolerance);
    }
  });

  it.each(VOICES)('leaves the length of %s alone when it changes the pitch', voice => {
    expect(secondsOf(speak({ voice, pitch: 5 }))).toBeCloseTo(secondsOf(speak({ voice })), 1);
  });

  it('tells when each sound is made: where there is sound there are sounds, and where there is none there are not', () => {
    const { samples, sampleRate, phones } = speak({ text: 'Stop. Now wait. Stop.' });
    const loud = (from: number, to: number) =>
      Math.sqrt(
        samples.slice(from * sampleRate, to * sampleRate).reduce((sum, sample) => sum + sample ** 2, 0) /
          ((to - from) * sampleRate),
      );
    expect(phones.map(phone => phone.name).join(' ')).toBe('s t aa p n aw w ey t s t aa p');
    const vowels = phones.filter(({ name }) => /^(aa|aw|ey)$/.test(name));
    const [a, b, c] = vowels.map(({ start, end }) => loud(start, end));
    const pause = loud(phones[3]!.end + 0.05, phones[4]!.start - 0.05);
    for (const vowel of [a, b, c]) expect(vowel).toBeGreaterThan(20 * pause);
    phones.forEach(({ start, end }, n) => {
      expect(end).toBeGreaterThan(start);
      if (n > 0) expect(start).toBeGreaterThanOrEqual(phones[n - 1]!.end - 1e-9);
    });
    expect(phones.at(-1)!.end).toBeLessThanOrEqual(samples.length / sampleRate);
  });

  it('says one sentence after the other as it says each by itself', () => {
    const [one, other] = ['It was a dark night.', 'Nobody came.'];
    const both = speak({ text: `${one} ${other}` });
    expect(both.samples.length).toBe(speak({ text: one }).samples.length + speak({ text: other }).samples.length);
  });

  it('ends what would become too long', () => {
    expect(() => flite.speak({ text: SENTENCE, voice: 'slt', speed: 1, pitch: 0 }, 1)).toThrow(SpeechTooLongError);
    expect(secondsOf(flite.speak({ text: SENTENCE, voice: 'slt', speed: 1, pitch: 0 }, 60))).toBeGreaterThan(3);
  });

  it('tells the sounds of many words at once, each by itself', () => {
    const words = ['hello', 'Dr', '$5.20', 'U.S.A', "don't", '-', '1984', 'hello'];
    const together = flite.pronounce(words);
    expect(together).toEqual(words.map(word => flite.pronounce([word])[0]));
    expect(together[0]).toEqual(['hh', 'ax', 'l', 'ow']);
    expect(together[5]).toEqual([]);
  });

  it('tells the sounds of words of which one is more than one sentence', () => {
    const words = ['one', 'two! Three', 'four', 'five'];
    expect(flite.pronounce(words)).toEqual(words.map(word => flite.pronounce([word])[0]));
  });
});
