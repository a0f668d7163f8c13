import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { loadConfig, loadSecrets } from '#lib/config/config.ts';
import { createEngines } from './create-engines.ts';
import { openAiServer, talk2MeServer } from './remote-servers.fixture.ts';

describe('the engines that are configured', () => {
  it('are made in their order, each of its kind, and talk to their own address with their own key', async () => {
    await using kokoro = await openAiServer();
    await using house = await talk2MeServer();
    const env = {
      TTS_ENGINES: 'kokoro,embedded,house,espeak',
      TTS_KOKORO_KIND: 'openai',
      TTS_KOKORO_URL: new URL('/v1', kokoro.url).href,
      TTS_KOKORO_API_KEY: 'sk-kokoro',
      TTS_KOKORO_VOICES: 'extra',
      TTS_HOUSE_KIND: 'talk2me',
      TTS_HOUSE_URL: house.url.href,
    };
    const engines = createEngines(loadConfig(env).speech.engines, {
      clock: systemClock,
      keys: loadSecrets(env).engineKeys,
    });
    expect(engines.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'kokoro: openai',
      'embedded: embedded',
      'house: talk2me',
      'espeak: espeak',
    ]);
    expect((await engines[0]!.voices()).map(({ id }) => id)).toEqual(['extra', 'alloy', 'nova']);
    expect((await engines[2]!.voices()).map(({ id }) => id)).toEqual(['en_storyteller', 'de_anna']);
    expect(kokoro.seen[0]).toMatchObject({ path: '/v1/audio/voices', headers: { authorization: 'Bearer sk-kokoro' } });
    expect(house.seen[0]).toMatchObject({ path: '/voices' });
    expect(house.seen[0]!.headers.authorization).toBeUndefined();
    await Promise.all(engines.map(engine => engine.close()));
  });
});
