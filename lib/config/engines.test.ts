import { describe, expect, it } from 'vitest';
import { loadConfig, loadSecrets } from './config.ts';

const KOKORO = { TTS_ENGINES: 'kokoro', TTS_KOKORO_KIND: 'openai', TTS_KOKORO_URL: 'http://127.0.0.1:8880/v1' };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map(line => line.trim());
  }
  return [];
}

describe('the settings of speech engines', () => {
  it('name the embedded engine where nothing is said', () => {
    const { speech, warnings } = loadConfig({});
    expect(speech).toEqual({ engines: [{ name: 'embedded', kind: 'embedded' }], cacheMaxBytes: 21_474_836_480 });
    expect(warnings).toEqual([]);
  });

  it('are read for every engine by its name, with defaults', () => {
    const { speech, warnings } = loadConfig({
      TTS_ENGINES: 'embedded, Kokoro,house_2 ,espeak',
      TTS_KOKORO_KIND: 'openai',
      TTS_KOKORO_URL: 'https://speech.example.org/v1',
      TTS_KOKORO_MODEL: 'kokoro',
      TTS_KOKORO_VOICES: 'af_heart, af_sky,,af_heart',
      TTS_KOKORO_TIMEOUT: '30',
      TTS_KOKORO_CONCURRENCY: '8',
      TTS_HOUSE_2_KIND: 'talk2me',
      TTS_HOUSE_2_URL: 'http://10.0.0.7:8000',
    });
    expect(speech.engines).toEqual([
      { name: 'embedded', kind: 'embedded' },
      {
        name: 'kokoro',
        kind: 'openai',
        url: 'https://speech.example.org/v1',
        model: 'kokoro',
        voices: ['af_heart', 'af_sky'],
        timeoutMs: 30_000,
        concurrency: 8,
      },
      { name: 'house_2', kind: 'talk2me', url: 'http://10.0.0.7:8000/', timeoutMs: 120_000, concurrency: 2 },
      { name: 'espeak', kind: 'espeak', timeoutMs: 120_000, concurrency: 2 },
    ]);
    expect(warnings).toEqual([]);
    expect(loadConfig(KOKORO).speech.engines[0]).toMatchObject({ model: 'tts-1', voices: [] });
  });

  it('are told of all at once where they are wrong, among the others', () => {
    const env = {
      PORT: 'abc',
      TTS_ENGINES: 'kokoro,house,strange,other',
      TTS_KOKORO_KIND: 'openai',
      TTS_KOKORO_URL: 'ftp://host',
      TTS_KOKORO_TIMEOUT: '0',
      TTS_KOKORO_CONCURRENCY: 'many',
      TTS_HOUSE_KIND: 'talk2me',
      TTS_STRANGE_KIND: 'magic',
    };
    expect(problemsOf(env)).toEqual([
      'PORT=abc must be a whole number',
      'TTS_KOKORO_URL=ftp://host must be an http or https address without user, password, ? and #',
      'TTS_KOKORO_TIMEOUT=0 must be at least 1',
      'TTS_KOKORO_CONCURRENCY=many must be a whole number',
      'TTS_HOUSE_URL must be the address of house, an engine of kind talk2me',
      'TTS_STRANGE_KIND=magic must be one of openai, talk2me, espeak',
      'TTS_OTHER_KIND must be one of openai, talk2me, espeak, for TTS_ENGINES names other',
    ]);
  });

  it.each([
    ['a-b', 'must be names of letters, digits and _, divided by commas'],
    ['kokoro,Kokoro', 'must not name an engine twice'],
    [',', 'must name an engine'],
  ])('refuse the names %s', (names, why) => {
    expect(problemsOf({ TTS_ENGINES: names })).toEqual([`TTS_ENGINES=${names} ${why}`]);
  });

  it('warn of what has no effect, and say why', () => {
    const { warnings } = loadConfig({
      ...KOKORO,
      TTS_ENGINES: 'kokoro,espeak,embedded',
      TTS_KOKORO_VOCIES: 'alloy',
      TTS_KOKRO_URL: 'http://127.0.0.1',
      TTS_ESPEAK_URL: 'http://127.0.0.1',
      TTS_EMBEDDED_TIMEOUT: '10',
      TTS_URL: 'http://127.0.0.1',
      TTS_KOKORO_API_KEY: ' ',
    });
    expect(warnings).toEqual([
      'TTS_KOKORO_VOCIES has no effect: the settings of an engine are KIND, URL, API_KEY, MODEL, VOICES, TIMEOUT, CONCURRENCY.',
      'TTS_KOKRO_URL has no effect: TTS_ENGINES does not name kokro.',
      'TTS_ESPEAK_URL has no effect: it is for engines of the kinds openai, talk2me.',
      'TTS_EMBEDDED_TIMEOUT has no effect: it is for engines of the kinds openai, talk2me, espeak.',
      'TTS_URL has no effect: the settings of an engine are KIND, URL, API_KEY, MODEL, VOICES, TIMEOUT, CONCURRENCY.',
    ]);
  });

  it('keep keys among the secrets, and out of every message', () => {
    const key = 'sk-123456789';
    const env = { ...KOKORO, TTS_KOKORO_API_KEY: key };
    expect(JSON.stringify(loadConfig(env))).not.toContain(key);
    expect(loadSecrets(env).engineKeys).toEqual({ kokoro: key });
    expect(problemsOf({ ...KOKORO, TTS_KOKORO_API_KEY: 'not a key' })).toEqual([
      'TTS_KOKORO_API_KEY must be printable ASCII characters without spaces',
    ]);
    expect(problemsOf({ ...KOKORO, TTS_KOKORO_URL: 'http://me:hunter2@host' })[0]).not.toContain('hunter2');
  });

  it('warn of a key that is sent in the clear to another machine', () => {
    const key = { TTS_KOKORO_API_KEY: 'sk-1' };
    expect(loadConfig({ ...KOKORO, ...key }).warnings).toEqual([]);
    expect(loadConfig({ ...KOKORO, ...key, TTS_KOKORO_URL: 'https://host' }).warnings).toEqual([]);
    expect(loadConfig({ ...KOKORO, ...key, TTS_KOKORO_URL: 'http://host' }).warnings).toEqual([
      'TTS_KOKORO_API_KEY is sent in the clear, for TTS_KOKORO_URL begins with http:',
    ]);
  });
});
