/** What every engine of speech owes, run once for each: see the contract in `speech-engine.ts`. */
import { describe, expect, it } from 'vitest';
import {
  MAX_SPEECH_CHARACTERS,
  PITCH_RANGE,
  SPEED_RANGE,
  type EngineVoice,
  type Speech,
  type SpeechEngine,
  type SpeechRequest,
} from './speech-engine.ts';

export interface SpeechEngineUnderTest extends AsyncDisposable {
  engine: SpeechEngine;
}

export interface SpeechEngineTraits {
  kind: SpeechEngine['kind'];
  /** Same request, same samples. */
  deterministic: boolean;
  /** It tells when each word is spoken. */
  marksWords: boolean;
  /** Refused with `speech.unsayable` rather than spoken wrongly or silently; undefined for an engine that tries everything. */
  unsayable?: string;
  /** Factor by which a measured length may miss what the speed asks for, such as 1.1; for engines with fixed pauses more. */
  speedTolerance?: number;
}

const TEXT = 'The old man walked along the river, and nobody knew where he was going.';
/** A test of what only some engines do; of the others there is nothing to be tested, so nothing is skipped. */
const itWhere = (has: boolean): typeof it => (has ? it : ((() => undefined) as unknown as typeof it));

/** What a call that is stopped may take, milliseconds: far less than the speech it asked for. */
const PROMPTLY_MS = 30_000;

export function speechEngineSuite(
  name: string,
  traits: SpeechEngineTraits,
  create: () => Promise<SpeechEngineUnderTest>,
): void {
  const { deterministic, speedTolerance = 1.15 } = traits;

  const firstVoice = async (engine: SpeechEngine): Promise<EngineVoice> => {
    const [voice] = await engine.voices();
    expect(voice, 'an engine has voices').toBeDefined();
    return voice!;
  };
  const requestOf = async (engine: SpeechEngine, wish: Partial<SpeechRequest> = {}): Promise<SpeechRequest> => ({
    text: TEXT,
    voice: wish.voice ?? (await firstVoice(engine)).id,
    speed: 1,
    pitch: 0,
    ...wish,
  });
  const speak = async (engine: SpeechEngine, wish: Partial<SpeechRequest> = {}) =>
    engine.speak(await requestOf(engine, wish));

  describe(`an engine of speech: ${name}`, () => {
    it('has voices that keep their contract', async () => {
      await using under = await create();
      const voices = await under.engine.voices();
      expect(under.engine.kind).toBe(traits.kind);
      expect(under.engine.name).not.toBe('');
      expect(voices.length).toBeGreaterThan(0);
      expect(new Set(voices.map(voice => voice.id)).size, 'ids are unique').toBe(voices.length);
      for (const voice of voices) expectVoice(voice);
    });

    it('has the same voices each time', async () => {
      await using under = await create();
      expect(await under.engine.voices()).toEqual(await under.engine.voices());
    });

    it('speaks', async () => {
      await using under = await create();
      const voice = await firstVoice(under.engine);
      const speech = await speak(under.engine);
      expectSpeech(speech, TEXT);
      expect(speech.warnings).toEqual([]);
      if (voice.sampleRate !== undefined) expect(speech.sampleRate).toBe(voice.sampleRate);
      const seconds = speech.samples.length / speech.sampleRate;
      expect(seconds).toBeGreaterThan(0.5);
      expect(seconds).toBeLessThan(30);
      expect(peakOf(speech.samples), 'it is no silence').toBeGreaterThan(0.01);
    });

    itWhere(deterministic)('gives the same samples for the same request', async () => {
      await using one = await create();
      await using other = await create();
      const speech = await speak(one.engine, { text: 'The same again.' });
      expect(sameSamples(await speak(one.engine, { text: 'The same again.' }), speech)).toBe(true);
      expect(sameSamples(await speak(other.engine, { text: 'The same again.' }), speech)).toBe(true);
    });

    it('speaks more for a longer text', async () => {
      await using under = await create();
      const short = await speak(under.engine, { text: 'A river.' });
      const long = await speak(under.engine, { text: `A river. ${TEXT} ${TEXT}` });
      expect(secondsOf(long)).toBeGreaterThan(2 * secondsOf(short));
    });

    it('speaks the longest text that is allowed, whole', { timeout: 300_000 }, async () => {
      await using under = await create();
      const text = `${TEXT} `.repeat(100).slice(0, MAX_SPEECH_CHARACTERS).trim();
      const speed = (await firstVoice(under.engine)).follows.speed ? SPEED_RANGE.max : 1;
      const one = await speak(under.engine, { speed });
      const speech = await speak(under.engine, { text, speed });
      expectSpeech(speech, text);
      expect(secondsOf(speech) / secondsOf(one)).toBeGreaterThan((0.6 * text.length) / TEXT.length);
    });

    it.each([
      ['no text', { text: '' }, 'speech.invalid', 'text'],
      ['white space only', { text: ' \t\r\n\u00a0' }, 'speech.invalid', 'text'],
      ['more than it may be asked for', { text: 'a'.repeat(MAX_SPEECH_CHARACTERS + 1) }, 'speech.too_long', undefined],
      ['a speed below the range', { speed: SPEED_RANGE.min / 2 }, 'speech.invalid', 'speed'],
      ['a speed above the range', { speed: SPEED_RANGE.max * 2 }, 'speech.invalid', 'speed'],
      ['a speed that is no number', { speed: NaN }, 'speech.invalid', 'speed'],
      ['a pitch below the range', { pitch: PITCH_RANGE.min - 1 }, 'speech.invalid', 'pitch'],
      ['a pitch above the range', { pitch: Infinity }, 'speech.invalid', 'pitch'],
    ] as [string, Partial<SpeechRequest>, string, string | undefined][])(
      'refuses %s, and names the field',
      async (_, wish, code, field) => {
        await using under = await create();
        const error = await failureOf(speak(under.engine, wish));
        expect(error).toMatchObject({ code });
        if (field !== undefined) expect(error).toMatchObject({ issues: [{ path: field }] });
      },
    );

    it('refuses a voice that it does not have, by name', async () => {
      await using under = await create();
      for (const voice of ['no-such-voice', '', '../slt', '-v', 'slt\0', 'x'.repeat(10_000)]) {
        const error = await failureOf(speak(under.engine, { voice }));
        expect(error).toMatchObject({ code: 'speech.voice_not_found' });
      }
    });

    itWhere(traits.unsayable !== undefined)('refuses what it cannot say, and names the characters', async () => {
      await using under = await create();
      const error = (await failureOf(speak(under.engine, { text: traits.unsayable! }))) as Error;
      expect(error).toMatchObject({ code: 'speech.unsayable' });
      expect([...traits.unsayable!].some(character => error.message.includes(character))).toBe(true);
    });

    it('speaks what is written, whatever it looks like to a shell, a markup or a format', async () => {
      await using under = await create();
      const texts = [
        '-v slt --help',
        '<speak>Hello <break time="5s"/> there</speak>',
        '$(touch x); `id` && echo %s "quoted" \'quoted\'',
        'One line\nanother line\r\n\r\na third.',
        '"Hello," she said, (quietly) [aside] {braced}.',
      ];
      for (const text of texts) expectSpeech(await speak(under.engine, { text }), text);
    });

    it('speaks faster and slower where the voice follows the speed, and says so where it does not', async () => {
      await using under = await create();
      const voice = await firstVoice(under.engine);
      const normal = await speak(under.engine);
      for (const speed of [0.5, 2]) {
        const speech = await speak(under.engine, { speed });
        if (voice.follows.speed) {
          expect(speech.warnings).toEqual([]);
          const factor = secondsOf(normal) / secondsOf(speech) / speed;
          expect(Math.max(factor, 1 / factor), `length at speed ${speed}`).toBeLessThan(speedTolerance);
        } else expect(speech.warnings.join(' ')).toMatch(/speed/i);
      }
    });

    it('follows the pitch, or says that it does not', async () => {
      await using under = await create();
      const voices = await under.engine.voices();
      for (const follows of [true, false]) {
        const voice = voices.find(one => one.follows.pitch === follows);
        if (voice === undefined) continue;
        const normal = await speak(under.engine, { voice: voice.id, text: 'A river.' });
        const higher = await speak(under.engine, { voice: voice.id, text: 'A river.', pitch: 4 });
        if (follows) {
          expect(higher.warnings).toEqual([]);
          expect(sameSamples(normal, higher)).toBe(false);
        } else expect(higher.warnings.join(' ')).toMatch(/pitch/i);
      }
    });

    itWhere(traits.marksWords)('tells when each word is spoken', async () => {
      await using under = await create();
      for (const text of [TEXT, 'Hello, world! How are you?', '  Spaces   around,\n\nand between.  ']) {
        const { words, ...speech } = await speak(under.engine, { text });
        const spoken = words?.map(({ from, to }) => text.slice(from, to));
        expect(spoken).toEqual(text.match(/[\p{L}\p{N}']+/gu));
        const shares = words!.map(word => (word.end - word.start) / secondsOf(speech));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.4);
      }
    });

    it('gives up before it has begun, for the reason that it is given', async () => {
      await using under = await create();
      const reason = new Error('changed my mind');
      const request = await requestOf(under.engine);
      expect(await failureOf(under.engine.speak(request, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      expect(await failureOf(under.engine.voices({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    });

    it(
      'gives up while it speaks, for the reason that it is given, and goes on to serve others',
      { timeout: 60_000 },
      async () => {
        await using under = await create();
        const reason = new Error('changed my mind');
        const abort = new AbortController();
        const text = `${TEXT} `.repeat(60).slice(0, MAX_SPEECH_CHARACTERS);
        const request = await requestOf(under.engine, { text, speed: SPEED_RANGE.min });
        const started = performance.now();
        const call = failureOf(under.engine.speak(request, { signal: abort.signal }));
        setImmediate(() => abort.abort(reason));
        expect(await call).toBe(reason);
        expect(performance.now() - started).toBeLessThan(PROMPTLY_MS);
        expectSpeech(await speak(under.engine, { text: 'Still here.' }), 'Still here.');
      },
    );

    it('serves several at once, each with its own', { timeout: 60_000 }, async () => {
      await using under = await create();
      const texts = ['A river.', 'A river and a road.', 'A river and a road and a house on the hill.', 'A', 'B', 'C'];
      const speeches = await Promise.all(texts.map(text => speak(under.engine, { text })));
      speeches.forEach((speech, index) => expectSpeech(speech, texts[index]!));
      expect(secondsOf(speeches[0]!)).toBeLessThan(secondsOf(speeches[1]!));
      expect(secondsOf(speeches[1]!)).toBeLessThan(secondsOf(speeches[2]!));
      if (!deterministic) return;
      for (const [index, text] of texts.entries()) {
        expect(sameSamples(await speak(under.engine, { text }), speeches[index]!), text).toBe(true);
      }
    });

    it('one that fails leaves the others alone', async () => {
      await using under = await create();
      const [bad, good] = await Promise.allSettled([
        speak(under.engine, { voice: 'no-such-voice' }),
        speak(under.engine, { text: 'A river.' }),
      ]);
      expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
    });

    it('is well once it has spoken', async () => {
      await using under = await create();
      await speak(under.engine, { text: 'A river.' });
      const health = under.engine.health();
      expect(health).toMatchObject({ available: true, reason: '' });
      expect(new Date(health.checked_at!).toISOString()).toBe(health.checked_at);
    });

    it('rejects what it has in hand when it is closed, and what comes after', async () => {
      await using under = await create();
      const { engine } = under;
      const text = `${TEXT} `.repeat(60).slice(0, MAX_SPEECH_CHARACTERS);
      const request = await requestOf(engine, { text, speed: SPEED_RANGE.min });
      const inHand = failureOf(engine.speak(request));
      await engine.close();
      await engine.close();
      expect(await inHand).toMatchObject({ code: 'speech.engine_unavailable' });
      expect(await failureOf(engine.speak(request))).toMatchObject({ code: 'speech.engine_unavailable' });
      expect(await failureOf(engine.voices())).toMatchObject({ code: 'speech.engine_unavailable' });
      expect(engine.health()).toMatchObject({ available: false, reason: expect.stringMatching(/closed/) as string });
    });
  });
}

function expectVoice({ id, name, language, gender, sampleRate, revision, follows }: EngineVoice): void {
  expect(id).toMatch(/^\P{Cc}{1,200}$/u);
  expect(name.trim()).not.toBe('');
  expect(Intl.getCanonicalLocales(language)).toEqual([language]);
  expect([undefined, 'female', 'male', 'neutral']).toContain(gender);
  if (sampleRate !== undefined) expectSampleRate(sampleRate);
  expect(revision).not.toBe('');
  expect(follows).toEqual({ speed: expect.any(Boolean) as boolean, pitch: expect.any(Boolean) as boolean });
}

/** What holds for any answer, whatever was asked. */
export function expectSpeech({ samples, sampleRate, words, warnings }: Speech, text: string): void {
  expect(samples).toBeInstanceOf(Float32Array);
  expect(samples.length).toBeGreaterThan(0);
  expectSampleRate(sampleRate);
  expect(samples.every(Number.isFinite), 'every sample is a number').toBe(true);
  expect(peakOf(samples)).toBeLessThanOrEqual(1);
  for (const warning of warnings) expect(warning).toMatch(/^[A-Z].*\.$/s);
  let from = 0;
  let start = 0;
  for (const word of words ?? []) {
    expect(word.from, 'words are in order').toBeGreaterThanOrEqual(from);
    expect(word.to).toBeGreaterThan(word.from);
    expect(word.to).toBeLessThanOrEqual(text.length);
    expect(word.start, 'times are in order').toBeGreaterThanOrEqual(start);
    expect(word.end).toBeGreaterThanOrEqual(word.start);
    expect(word.end).toBeLessThanOrEqual(samples.length / sampleRate);
    [from, start] = [word.to, word.start];
  }
}

function expectSampleRate(rate: number): void {
  expect(Number.isInteger(rate)).toBe(true);
  expect(rate).toBeGreaterThanOrEqual(8000);
  expect(rate).toBeLessThanOrEqual(192_000);
}

function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  );
}

function secondsOf({ samples, sampleRate }: Pick<Speech, 'samples' | 'sampleRate'>): number {
  return samples.length / sampleRate;
}

function peakOf(samples: Float32Array): number {
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}

function sameSamples(one: Speech, other: Speech): boolean {
  return (
    one.sampleRate === other.sampleRate &&
    one.samples.length === other.samples.length &&
    one.samples.every((sample, index) => sample === other.samples[index])
  );
}
