import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { RemoteClient } from './remote-client.ts';
import { headerless, talk2MeServer, tone, type Misbehaviour, type Voicing } from './remote-servers.fixture.ts';
import { speechAudioPool } from './speech-audio.ts';
import { speechEngineSuite } from './speech-engine.suite.ts';
import { Talk2MeEngine } from './talk2me-engine.ts';

afterAll(() => speechAudioPool().close());

async function setUp(voicing?: Voicing) {
  const server = await talk2MeServer(voicing);
  const engine = new Talk2MeEngine({
    name: 'house',
    client: new RemoteClient({
      name: 'house',
      url: server.url,
      timeoutMs: 60_000,
      concurrency: 4,
      clock: systemClock,
      wait: async () => undefined,
    }),
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

const WITHOUT_HEADER: Voicing = { encode: async samples => ({ type: 'audio/wav', bytes: headerless(samples) }) };

speechEngineSuite(
  'a backend of Talk2Me that answers WAV',
  { kind: 'talk2me', deterministic: true, marksWords: false },
  setUp,
);
speechEngineSuite(
  'a backend of Talk2Me that answers samples without a header',
  { kind: 'talk2me', deterministic: true, marksWords: false },
  () => setUp(WITHOUT_HEADER),
);

const REQUEST = { text: 'Hello there.', voice: 'en_storyteller', speed: 1, pitch: 0 };

describe('a backend of Talk2Me', () => {
  it('is asked for its voices, whose name is their id', async () => {
    await using under = await setUp();
    const common = { sampleRate: undefined, revision: 'house', follows: { speed: false, pitch: false } };
    expect(await under.engine.voices()).toEqual([
      { id: 'en_storyteller', name: 'The Storyteller', language: 'en-US', ...common },
      { id: 'de_anna', name: 'Anna', language: 'de-DE', ...common },
    ]);
  });

  it('gets text and voice and nothing else', async () => {
    await using under = await setUp();
    const { warnings } = await under.engine.speak({ ...REQUEST, speed: 2, pitch: 3 });
    expect(JSON.parse(under.server.seen.at(-1)!.body)).toEqual({ text: 'Hello there.', voice: 'en_storyteller' });
    expect(warnings).toEqual([
      'The voice en_storyteller does not follow speed: it speaks at its own rate.',
      'The voice en_storyteller does not follow pitch: it speaks at its own.',
    ]);
  });

  it('is understood exactly with a header and without', async () => {
    for (const voicing of [undefined, WITHOUT_HEADER]) {
      await using under = await setUp(voicing);
      const { samples, sampleRate } = await under.engine.speak(REQUEST);
      expect(sampleRate).toBe(24_000);
      expect(Buffer.from(samples.buffer).equals(Buffer.from(tone(REQUEST.text, 1).buffer))).toBe(true);
    }
  });

  it('is not believed when half a sample is missing', async () => {
    const encode = async (samples: Float32Array) => ({ type: 'audio/wav', bytes: headerless(samples).subarray(1) });
    await using under = await setUp({ encode });
    await expect(under.engine.speak(REQUEST)).rejects.toThrow(/its length is odd: half a sample is missing/);
  });

  it.each<[Misbehaviour, string]>([
    [
      { status: 500, body: '{"detail":"CUDA out of memory"}' },
      'The engine house failed (HTTP 500): CUDA out of memory.',
    ],
    [
      { status: 422, body: '{"detail":[{"loc":["body","text"],"msg":"Field required","type":"missing"}]}' },
      'The engine house refused the request (HTTP 422): body.text: Field required.',
    ],
    [
      { status: 400, body: 'Text is too long', type: 'text/plain' },
      'The engine house refused the request (HTTP 400): Text is too long.',
    ],
    ['text', 'The engine house answered /tts with text/plain. It said: The model is still loading.'],
  ])('says what it said when it does %o', async (misbehaviour, message) => {
    await using under = await setUp();
    under.server.misbehaveAlways(misbehaviour);
    await expect(under.engine.speak(REQUEST)).rejects.toMatchObject({ code: 'speech.engine_failed', message });
  });

  it('is not believed where it answers with no list of voices', async () => {
    for (const list of [{}, 'voices', { voices: 'none' }]) {
      await using under = await setUp({ list });
      await expect(under.engine.voices()).rejects.toThrow('answered /voices with something that is no list of voices.');
    }
  });
});
