import { expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { describeWithEspeak, findEspeak } from '../../e2e/support/espeak.ts';
import { createEspeakEngine } from './espeak-engine.ts';
import { medianF0 } from './pitch.fixture.ts';
import { speechEngineSuite } from './speech-engine.suite.ts';

const create = () =>
  createEspeakEngine({ name: 'espeak', clock: systemClock, program: findEspeak() ?? 'espeak-ng', concurrency: 2 });
const TEXT = 'The old man walked along the river, and nobody knew where he was going.';

describeWithEspeak('the installed espeak-ng', () => {
  speechEngineSuite(
    'espeak-ng',
    { kind: 'espeak', deterministic: true, marksWords: false, unsayable: '…—…', speedTolerance: 1.2 },
    async () => {
      const engine = create();
      return { engine, [Symbol.asyncDispose]: () => engine.close() };
    },
  );

  it('has voices for a hundred languages, each twice', async () => {
    const voices = await create().voices();
    expect(new Set(voices.map(voice => voice.language.split('-')[0])).size).toBeGreaterThan(90);
    expect(voices.find(voice => voice.id === 'en-US')).toMatchObject({ language: 'en-US', gender: 'male' });
    expect(voices.find(voice => voice.id === 'de+f3')).toMatchObject({
      language: 'de',
      gender: 'female',
      name: 'German, higher',
    });
  });

  it.each(['de', 'fr', 'ru', 'ja', 'en-GB-x-rp', 'en-US+f3'])('speaks with the voice %s', async voice => {
    const { samples, sampleRate } = await create().speak({ text: 'Hello, 12. Привет.', voice, speed: 1, pitch: 0 });
    expect(sampleRate).toBe(22_050);
    expect(samples.length / sampleRate).toBeGreaterThan(0.8);
  });

  it.each([
    ['en-US', -5],
    ['en-US', 6],
    ['en-US+f3', -4],
    ['en-US+f3', 6],
  ])('speaks with %s as many semitones higher as it is asked to: %d', async (voice, pitch) => {
    const engine = create();
    const own = await engine.speak({ text: TEXT, voice, speed: 1, pitch: 0 });
    const moved = await engine.speak({ text: TEXT, voice, speed: 1, pitch });
    expect(Math.abs(12 * Math.log2(medianF0(moved) / medianF0(own)) - pitch)).toBeLessThan(0.7);
  });

  it('says where a setting ends', async () => {
    const engine = create();
    const slow = await engine.speak({ text: 'A river.', voice: 'en-US', speed: 0.25, pitch: -12 });
    expect(slow.warnings).toEqual([
      'The speed is 0.46, the slowest that espeak-ng speaks.',
      'The pitch is -6.9 semitones, the lowest of this voice.',
    ]);
  });

  it('takes nothing in the text for a command of its own', async () => {
    const engine = create();
    const speak = (text: string) => engine.speak({ text, voice: 'en-US', speed: 1, pitch: 0 });
    const phonemes = await speak("[[h@l'oU]]");
    // Letter by letter it takes longer than the one word that the phonemes are.
    expect(phonemes.samples.length).toBeGreaterThan(1.5 * (await speak('hello')).samples.length);
    expect((await speak('one \u0001120S two')).samples).not.toEqual((await speak('one two')).samples);
  });
});
