import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { openAiBase, OpenAiEngine, type OpenAiEngineOptions } from './openai-engine.ts';
import { RemoteClient, type RemoteClientOptions } from './remote-client.ts';
import {
  headerless,
  openAiServer,
  tone,
  wavBytes,
  type Misbehaviour,
  type RemoteServer,
  type Voicing,
} from './remote-servers.fixture.ts';
import { speechAudioPool } from './speech-audio.ts';
import { speechEngineSuite } from './speech-engine.suite.ts';

afterAll(() => speechAudioPool().close());

interface Wishes {
  voicing?: Voicing;
  options?: Partial<OpenAiEngineOptions>;
  client?: Partial<RemoteClientOptions>;
}

async function setUp({ voicing, options, client }: Wishes = {}) {
  const server = await openAiServer(voicing);
  const engine = new OpenAiEngine({
    name: 'kokoro',
    client: new RemoteClient({
      name: 'kokoro',
      url: openAiBase(new URL('/v1', server.url)),
      timeoutMs: 60_000,
      concurrency: 4,
      clock: systemClock,
      wait: async () => undefined,
      ...client,
    }),
    model: 'tts-1',
    voices: [],
    ...options,
  });
  return {
    server,
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

speechEngineSuite(
  'a server that speaks as OpenAI does',
  { kind: 'openai', deterministic: true, marksWords: false },
  setUp,
);

const REQUEST = { text: 'Hello there.', voice: 'alloy', speed: 1, pitch: 0 };
const sent = (server: RemoteServer) =>
  server.seen.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as unknown);

describe('an engine that speaks as OpenAI does', () => {
  it('sends model, text, voice and format, and the speed where it is not the usual', async () => {
    await using under = await setUp();
    await under.engine.speak(REQUEST);
    await under.engine.speak({ ...REQUEST, speed: 1.5 });
    const common = { model: 'tts-1', input: 'Hello there.', voice: 'alloy', response_format: 'wav' };
    expect(sent(under.server)).toEqual([common, { ...common, speed: 1.5 }]);
  });

  it('says that pitch is not followed', async () => {
    await using under = await setUp();
    const { warnings } = await under.engine.speak({ ...REQUEST, pitch: 2 });
    expect(warnings).toEqual(['The voice alloy does not follow pitch: it speaks at its own.']);
  });

  it.each<[string, NonNullable<Voicing['encode']>]>([
    [
      'a WAV file that was begun before its size was known',
      async (s, rate) => ({ type: 'audio/wav', bytes: wavBytes(s, rate, 0xffffffff) }),
    ],
    ['samples without a header', async s => ({ type: 'audio/pcm', bytes: headerless(s) })],
  ])('takes %s, exactly', async (_, encode) => {
    await using under = await setUp({ voicing: { encode } });
    const { samples, sampleRate } = await under.engine.speak(REQUEST);
    expect(sampleRate).toBe(24_000);
    expect(Buffer.from(samples.buffer).equals(Buffer.from(tone(REQUEST.text, 1).buffer))).toBe(true);
  });

  it.each([
    ['mp3', 'audio/mpeg'],
    ['flac', 'audio/flac'],
    ['opus', 'audio/ogg'],
  ] as const)('takes %s of a server that has nothing else', async (format, type) => {
    const encode = async () => ({
      type,
      bytes: await makeAudio({ format, seconds: 1, sampleRate: 48_000, channels: 1 }),
    });
    await using under = await setUp({ voicing: { encode } });
    const { samples, sampleRate } = await under.engine.speak(REQUEST);
    expect([samples.length, sampleRate]).toEqual([48_000, 48_000]);
  });

  it('has the voices that are listed, and those that were named to it', async () => {
    const list = { voices: [{ id: 'af_heart', name: 'Heart', language: 'en-us', gender: 'female' }] };
    await using under = await setUp({ voicing: { list }, options: { voices: ['af_heart', 'af_heart+af_sky'] } });
    const common = { sampleRate: undefined, revision: 'kokoro/tts-1', follows: { speed: true, pitch: false } };
    expect(await under.engine.voices()).toEqual([
      { id: 'af_heart', name: 'Heart', language: 'en-US', gender: 'female', ...common },
      { id: 'af_heart+af_sky', name: 'af_heart+af_sky', language: 'und', ...common },
    ]);
  });

  it('has the voices that were named to it where the server does not list its own', async () => {
    await using under = await setUp({ voicing: { list: undefined }, options: { voices: ['alloy'] } });
    expect((await under.engine.voices()).map(({ id }) => id)).toEqual(['alloy']);
    expect(under.engine.health().available).toBe(true);
    await expect(under.engine.speak({ ...REQUEST, voice: 'nova' })).rejects.toMatchObject({
      code: 'speech.voice_not_found',
    });
    expect((await under.engine.speak(REQUEST)).samples.length).toBeGreaterThan(0);
  });

  it('says what to do where nobody names its voices, and speaks all the same', async () => {
    for (const list of [undefined, { models: [] }]) {
      await using under = await setUp({ voicing: { list } });
      await expect(under.engine.voices()).rejects.toThrow(
        'The engine kokoro does not list its voices. Name them in TTS_KOKORO_VOICES.',
      );
      expect((await under.engine.speak(REQUEST)).samples.length).toBeGreaterThan(0);
    }
  });

  it('does not take a refused key for a missing list', async () => {
    const refusing = new OpenAiEngine({
      name: 'kokoro',
      client: new RemoteClient({
        name: 'kokoro',
        url: new URL('http://127.0.0.1'),
        timeoutMs: 1000,
        concurrency: 1,
        clock: systemClock,
        transport: {
          send: async () => ({
            status: 401,
            header: () => undefined,
            body: (async function* () {})(),
            end: () => undefined,
          }),
          close: () => undefined,
        },
      }),
      model: 'tts-1',
      voices: ['alloy'],
    });
    await expect(refusing.voices()).rejects.toThrow(/refuses the key .* Correct TTS_KOKORO_API_KEY/);
    expect(refusing.health()).toMatchObject({ available: false });
  });

  it.each<[Misbehaviour, string]>([
    ['cut', 'speech.engine_failed'],
    ['short', 'speech.engine_failed'],
    ['long', 'speech.engine_failed'],
    ['garbage', 'speech.engine_failed'],
    ['text', 'speech.engine_failed'],
    ['endless', 'speech.engine_failed'],
    ['redirect', 'speech.engine_failed'],
    ['not_http', 'speech.engine_failed'],
    [500, 'speech.engine_failed'],
    [400, 'speech.engine_failed'],
    [429, 'speech.engine_unavailable'],
    [503, 'speech.engine_unavailable'],
    ['resets', 'speech.engine_unavailable'],
  ])('fails whole where the server does %o, and speaks again after it', async (misbehaviour, code) => {
    await using under = await setUp();
    under.server.misbehaveAlways(misbehaviour);
    await expect(under.engine.speak(REQUEST)).rejects.toMatchObject({ code, details: { engine: 'kokoro' } });
    under.server.misbehaveAlways(undefined);
    expect((await under.engine.speak(REQUEST)).samples.length).toBeGreaterThan(0);
  });

  it.each([
    ['http://host:8880', 'http://host:8880/'],
    ['http://host:8880/v1', 'http://host:8880/'],
    ['http://host:8880/v1/', 'http://host:8880/'],
    ['https://host/tts/v1', 'https://host/tts/'],
    ['https://host/tts', 'https://host/tts'],
  ])('knows %s with and without its version', (given, base) => {
    expect(openAiBase(new URL(given)).href).toBe(base);
  });
});
