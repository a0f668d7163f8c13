import { describe, expect, it } from 'vitest';
import { openAiError, openAiSpeech, unheededOf, wishOf } from './openai-speech.ts';

const asked = (wish: object) => openAiSpeech.parse({ model: 'tts-1', input: 'Hello.', voice: 'embedded:slt', ...wish });
const VOICES = ['embedded:slt', 'kokoro:slt', 'kokoro:af_heart'];
/** As the service finds them: by id, or the first by its engine's own. */
const find = async (name: string) => {
  const id = VOICES.find(voice => voice === name || voice.split(':')[1] === name);
  return id === undefined ? undefined : { id };
};

describe('a request in the shape of OpenAI', () => {
  it('is MP3 at the usual rate where it says nothing else', () => {
    expect(asked({})).toMatchObject({ response_format: 'mp3', speed: 1, pitch: 0 });
  });

  it.each([
    ['its id', { voice: 'kokoro:slt' }, 'kokoro:slt'],
    ['an object with it, as newer clients do', { voice: { id: 'embedded:slt' } }, 'embedded:slt'],
    ['the own id of an engine, which the model names', { voice: 'slt', model: 'kokoro' }, 'kokoro:slt'],
    ['the own id of the first engine that has it', { voice: 'af_heart' }, 'kokoro:af_heart'],
    ['a name that nobody has', { voice: 'alloy' }, 'alloy'],
  ])('names a voice by %s', async (_, wish, voice) => {
    expect(await wishOf(asked(wish), find)).toEqual({ text: 'Hello.', voice, speed: 1, pitch: 0 });
  });

  it('tells what of it no voice follows', () => {
    expect(unheededOf(asked({}))).toEqual([]);
    expect(unheededOf(asked({ instructions: ' ' }))).toEqual([]);
    expect(unheededOf(asked({ instructions: 'Whisper.' }))).toHaveLength(1);
  });
});

describe('a problem as OpenAI’s clients read it', () => {
  it('has the words, the code, the field and the type of their exceptions', () => {
    const problem = (status: number, more = {}) =>
      openAiError({ type: 'about:blank', title: '', status, detail: 'Words.', code: 'speech.invalid', ...more });
    expect(problem(422, { errors: [{ path: 'speed', message: 'must be less' }] })).toEqual({
      error: { message: 'Words.', type: 'invalid_request_error', param: 'speed', code: 'speech.invalid' },
    });
    const types = [401, 403, 404, 429, 502].map(status => problem(status).error.type);
    expect(types).toEqual([
      'authentication_error',
      'permission_error',
      'invalid_request_error',
      'rate_limit_error',
      'server_error',
    ]);
  });
});
