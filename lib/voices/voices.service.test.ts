import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/base/errors.ts';
import { KnownVoices } from '#lib/engines/known-voices.ts';
import { tone } from '#lib/engines/remote-servers.fixture.ts';
import { speechAudioPool } from '#lib/engines/speech-audio.ts';
import type { EngineVoice, Speech, SpeechEngine, SpeechRequest } from '#lib/engines/speech-engine.ts';
import { SpeechFolder } from '#lib/engines/speech-folder.ts';
import { SpeechStore } from '#lib/engines/speech-store.ts';
import { VoicesService, type SpeechEvent } from './voices.service.ts';
import { voice as voiceSchema } from './voices.ts';

afterAll(() => speechAudioPool().close());

const DOWN = new AppError('speech.engine_unavailable', 'The engine kokoro cannot be reached.');

function voiceOf(id: string, more: Partial<EngineVoice> = {}): EngineVoice {
  const follows = { speed: true, pitch: false };
  return { id, name: id, language: 'en-US', sampleRate: 24_000, revision: '1', follows, ...more };
}

/** An engine that can be told to be down, or to hang. */
class FakeEngine implements SpeechEngine {
  readonly kind = 'openai';
  readonly marksWords = false;
  readonly name: string;
  list: EngineVoice[];
  failure: Error | undefined;
  hangs = false;
  spoken: SpeechRequest[] = [];
  closed = false;

  constructor(name: string, list: EngineVoice[]) {
    this.name = name;
    this.list = list;
  }

  async voices({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<EngineVoice[]> {
    if (this.hangs)
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    if (this.failure !== undefined) throw this.failure;
    return this.list;
  }

  async speak(request: SpeechRequest): Promise<Speech> {
    this.spoken.push(request);
    if (this.failure !== undefined) throw this.failure;
    const words = [...request.text.matchAll(/\w+/g)].map(({ 0: word, index }, i) => ({
      from: index,
      to: index + word.length,
      start: i / 10,
      end: (i + 1) / 10,
    }));
    return { samples: tone(request.text, 1), sampleRate: 24_000, words, warnings: [] };
  }

  health() {
    return {
      available: this.failure === undefined,
      reason: this.failure === undefined ? '' : 'It is down.',
      checked_at: undefined,
    };
  }

  async close() {
    this.closed = true;
  }
}

async function setUp() {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-voices-'));
  const time = { now: Date.parse('2026-03-01T12:00:00Z') };
  const clock = { now: () => new Date(time.now), monotonic: () => time.now };
  const house = new FakeEngine('house', [voiceOf('anna', { language: 'de-DE', gender: 'female', name: 'Anna Größe' })]);
  const kokoro = new FakeEngine('kokoro', [
    voiceOf('heart'),
    voiceOf('a:b/c d', { language: 'und', sampleRate: undefined }),
  ]);
  const events: SpeechEvent[] = [];
  const problems: string[] = [];
  const start = () =>
    new VoicesService({
      engines: [house, kokoro],
      store: new SpeechStore({ folder: new SpeechFolder({ folder, instanceId: 'i', clock }), maxBytes: 1e9 }),
      known: new KnownVoices({ folder, instanceId: 'i' }),
      clock,
      deadlineMs: 50,
      observer: { spoken: event => void events.push(event) },
      onProblem: what => void problems.push(what),
    });
  return {
    house,
    kokoro,
    events,
    problems,
    time,
    start,
    voices: start(),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true });
    },
  };
}

const WISH = { text: 'Hello there.', voice: 'kokoro:heart', speed: 1, pitch: 0 };

describe('the voices of all engines', () => {
  it('are listed in the order of the engines', async () => {
    await using under = await setUp();
    const { voices, warnings } = await under.voices.list();
    expect(warnings).toEqual([]);
    expect(voices.map(({ id }) => id)).toEqual(['house:anna', 'kokoro:heart', 'kokoro:a:b/c d']);
    expect(voices[0]).toEqual({
      id: 'house:anna',
      engine: 'house',
      name: 'Anna Größe',
      language: 'de-DE',
      gender: 'female',
      sample_rate: 24_000,
      preview_url: '/api/voices/house%3Aanna/preview',
      available: true,
      speed: { min: 0.25, max: 4 },
      pitch: null,
    });
    expect(voices[2]).toMatchObject({ sample_rate: null, preview_url: '/api/voices/kokoro%3Aa%3Ab%2Fc%20d/preview' });
    for (const one of voices) expect(voiceSchema.parse(one)).toEqual(one);
  });

  it.each([
    [{ engine: 'house' }, ['house:anna']],
    [{ engine: 'nobody' }, []],
    [{ language: 'EN' }, ['kokoro:heart']],
    [{ language: 'en-us' }, ['kokoro:heart']],
    [{ language: 'e' }, []],
    [{ q: 'nobody' }, []],
    [{ q: 'GRÖß' }, ['house:anna']],
    [{ q: ' große ' }, ['house:anna']],
    [{ q: 'kokoro:' }, ['kokoro:heart', 'kokoro:a:b/c d']],
  ])('are found by %o', async (filter, ids) => {
    await using under = await setUp();
    expect((await under.voices.list(filter)).voices.map(({ id }) => id)).toEqual(ids);
  });

  it('stay when their engine goes down, marked, and hide nobody', async () => {
    await using under = await setUp();
    await under.voices.list();
    under.kokoro.failure = DOWN;
    for (const voices of [under.voices, under.start()]) {
      const list = await voices.list();
      expect(list.voices.map(({ id, available }) => `${id} ${available}`)).toEqual([
        'house:anna true',
        'kokoro:heart false',
        'kokoro:a:b/c d false',
      ]);
      expect(list.warnings).toEqual(['The engine kokoro cannot be reached. The voices that it had are shown.']);
      expect((await voices.list({ engine: 'house' })).warnings).toEqual([]);
    }
    under.kokoro.failure = undefined;
    expect((await under.voices.list()).voices.every(({ available }) => available)).toBe(true);
  });

  it('do not wait for an engine that does not answer', async () => {
    await using under = await setUp();
    under.kokoro.hangs = true;
    const { voices, warnings } = await under.voices.list();
    expect(voices.map(({ id }) => id)).toEqual(['house:anna']);
    expect(warnings).toEqual(['The engine kokoro did not tell its voices within 0.05 s. Try again in a moment.']);
  });

  it('say nothing of what went wrong where that could be anything', async () => {
    await using under = await setUp();
    under.kokoro.failure = new TypeError('secret of /srv/data');
    const { warnings } = await under.voices.list();
    expect(warnings).toEqual(['The engine kokoro could not be asked for its voices.']);
    expect(under.problems).toEqual(['voices could not be asked for']);
  });

  it('are given up on only by who asked', async () => {
    await using under = await setUp();
    const reason = new Error('enough');
    await expect(under.voices.list({}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await under.voices.list()).voices).toHaveLength(3);
  });

  it('are had one by one', async () => {
    await using under = await setUp();
    expect(await under.voices.get('kokoro:a:b/c d')).toMatchObject({ id: 'kokoro:a:b/c d', available: true });
    for (const id of ['kokoro:nobody', 'nobody:heart', 'heart', ':heart', '', 'kokoro:']) {
      await expect(under.voices.get(id), id).rejects.toMatchObject({ code: 'speech.voice_not_found' });
    }
    under.kokoro.failure = DOWN;
    expect(await under.voices.get('kokoro:heart')).toMatchObject({ available: false });
    await expect(under.voices.get('kokoro:nobody')).rejects.toBe(DOWN);
  });

  it('come with the health of their engines', async () => {
    await using under = await setUp();
    under.kokoro.failure = DOWN;
    const common = { kind: 'openai', checked_at: null };
    expect(under.voices.engines()).toEqual([
      { name: 'house', available: true, reason: '', ...common },
      { name: 'kokoro', available: false, reason: 'It is down.', ...common },
    ]);
    await under.voices.close();
    expect([under.house.closed, under.kokoro.closed]).toEqual([true, true]);
  });
});

describe('a name in a script', () => {
  it('means the voice of this id, or of this id of its engine, the first engine first', async () => {
    await using under = await setUp();
    const { voices, house } = under;
    expect(await voices.find('kokoro:heart')).toEqual({ id: 'kokoro:heart', marksWords: false });
    expect(await voices.find('heart')).toEqual({ id: 'kokoro:heart', marksWords: false });
    house.list = [voiceOf('heart')];
    under.time.now += 3_600_000;
    expect(await voices.find('heart')).toMatchObject({ id: 'house:heart' });
  });

  it('means nobody where no engine has such a voice', async () => {
    await using under = await setUp();
    for (const name of ['nobody', 'kokoro:nobody', 'nobody:heart', ''])
      expect(await under.voices.find(name)).toBeUndefined();
  });

  it('means a voice of an engine that is down, which alone could say otherwise', async () => {
    await using under = await setUp();
    under.kokoro.failure = DOWN;
    expect(await under.voices.find('kokoro:heart')).toMatchObject({ id: 'kokoro:heart' });
    expect(await under.voices.find('heart')).toBeUndefined();
  });
});

describe('speech on demand', () => {
  it('is known by a key of its content before anybody speaks', async () => {
    await using under = await setUp();
    const { voices, kokoro } = under;
    const one = await voices.request(WISH);
    expect(one.key).toMatch(/^[0-9a-f]{64}$/);
    expect((await voices.request({ ...WISH, text: ' Hello  there. ' })).key).toBe(one.key);
    expect((await voices.request({ ...WISH, text: 'Hello!' })).key).not.toBe(one.key);
    expect(kokoro.spoken).toEqual([]);
    expect((await one.speak()).found).toBe(false);
    expect((await one.speak()).found).toBe(true);
    expect(kokoro.spoken).toHaveLength(1);
  });
});

describe('speech', () => {
  it('is spoken once, whatever cannot be heard of the text, and its words stand where they were asked for', async () => {
    await using under = await setUp();
    const first = await under.voices.speak(WISH);
    const again = await under.voices.speak({ ...WISH, text: '  Hello\u00ad   there. ' });
    expect(under.kokoro.spoken).toEqual([{ text: 'Hello there.', voice: 'heart', speed: 1, pitch: 0 }]);
    expect([first.found, again.found]).toEqual([false, true]);
    expect(first.words?.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [6, 11],
    ]);
    expect(again.words?.map(({ from, to }) => [from, to])).toEqual([
      [2, 7],
      [11, 16],
    ]);
  });

  it('is another one for another voice, speed, pitch, or revision', async () => {
    await using under = await setUp();
    await under.voices.speak(WISH);
    await under.voices.speak({ ...WISH, speed: 1.5 });
    await under.voices.speak({ ...WISH, pitch: 1 });
    await under.voices.speak({ ...WISH, voice: 'kokoro:a:b/c d' });
    under.kokoro.list = [voiceOf('heart', { revision: '2' })];
    under.time.now += 3_600_000;
    await under.voices.speak(WISH);
    expect(under.kokoro.spoken).toHaveLength(5);
  });

  it('is heard without its engine where it was spoken before, after a restart too', async () => {
    await using under = await setUp();
    await under.voices.speak(WISH);
    under.kokoro.failure = DOWN;
    under.time.now += 3_600_000;
    for (const voices of [under.voices, under.start()]) {
      expect((await voices.speak(WISH)).found).toBe(true);
      await expect(voices.speak({ ...WISH, text: 'Something new.' })).rejects.toBe(DOWN);
    }
  });

  it.each([
    [{ text: ' \u00ad\n' }, 'speech.invalid'],
    [{ text: 'a'.repeat(5001) }, 'speech.too_long'],
    [{ speed: 5 }, 'speech.invalid'],
    [{ pitch: -13 }, 'speech.invalid'],
    [{ voice: 'kokoro:nobody' }, 'speech.voice_not_found'],
    [{ voice: 'nobody:heart' }, 'speech.voice_not_found'],
  ])('is refused for %o', async (wish, code) => {
    await using under = await setUp();
    await expect(under.voices.speak({ ...WISH, ...wish })).rejects.toMatchObject({ code });
    expect(under.kokoro.spoken).toEqual([]);
  });

  it('is told of with its outcome', async () => {
    await using under = await setUp();
    await under.voices.speak(WISH);
    await under.voices.speak(WISH);
    const reason = new Error('enough');
    const failures = [
      under.voices.speak({ ...WISH, text: '' }),
      under.voices.speak({ ...WISH, voice: 'nobody:heart' }),
      under.voices.speak({ ...WISH, text: 'New.' }, AbortSignal.abort(reason)),
    ];
    await Promise.allSettled(failures);
    under.kokoro.failure = DOWN;
    await Promise.allSettled([under.voices.speak({ ...WISH, text: 'New.' })]);
    expect(under.events.map(({ engine, outcome }) => `${engine} ${outcome}`)).toEqual([
      'kokoro spoken',
      'kokoro kept',
      'kokoro refused',
      'kokoro cancelled',
      'kokoro failed',
    ]);
    expect(under.events[0]!.speechSeconds).toBeCloseTo(0.48);
  });

  it('is a sentence in its own language for a preview, and kept', async () => {
    await using under = await setUp();
    const preview = await under.voices.preview('house:anna');
    expect(under.house.spoken[0]!.text).toMatch(/^Das ist meine Stimme/);
    expect((await under.voices.preview('house:anna')).file).toEqual(preview.file);
    await under.voices.preview('kokoro:a:b/c d');
    expect(under.kokoro.spoken[0]!.text).toMatch(/^This is my voice/);
    expect(under.house.spoken).toHaveLength(1);
  });

  it('is asked for once by many, and goes on for those who stay', async () => {
    await using under = await setUp();
    const leaving = new AbortController();
    const calls = [under.voices.speak(WISH, leaving.signal), under.voices.speak(WISH), under.voices.speak(WISH)];
    const speak = vi.spyOn(under.kokoro, 'speak');
    leaving.abort(new Error('enough'));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(speak).toHaveBeenCalledTimes(1);
  });
});
