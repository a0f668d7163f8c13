import OpenAI, { APIError, NotFoundError, UnprocessableEntityError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VoiceList } from '#lib/voices/voices.ts';
import { expectProblem, sendJson } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const TOKEN = 'a-token-for-the-openai-test';
const TEXT = 'The harbour was quiet, and the bell rang twice.';

let server: TestServer;
let openai: OpenAI;
beforeAll(async () => {
  server = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN } });
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: TOKEN, maxRetries: 0 });
});
afterAll(() => server.stop());

const speak = (wish: Partial<OpenAI.Audio.SpeechCreateParams> & Record<string, unknown> = {}, client = openai) =>
  client.audio.speech.create({ model: 'tts-1', voice: 'embedded:slt', input: TEXT, ...wish });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const failureOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
};

describe('the client of OpenAI', () => {
  it('gets MP3 where it asks for nothing else', async () => {
    const response = await speak();
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    const bytes = await bytesOf(response);
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    // A frame header of MPEG 2, layer III: 16 kHz is not in MPEG 1.
    expect(bytes.readUInt16BE(0) & 0xfffe).toBe(0xfff2);
  });

  it.each([
    ['wav', 'audio/wav', 'RIFF'],
    ['flac', 'audio/flac', 'fLaC'],
    ['opus', 'audio/ogg; codecs=opus', 'OggS'],
  ] as const)('gets %s where it asks for that', async (response_format, type, magic) => {
    const response = await speak({ response_format });
    expect(response.headers.get('content-type')).toBe(type);
    expect((await bytesOf(response)).toString('latin1', 0, 4)).toBe(magic);
  });

  it('gets samples without a header at 24 kHz, as long as the WAV, as pcm', async () => {
    const pcm = await bytesOf(await speak({ response_format: 'pcm' }));
    const wav = await bytesOf(await speak({ response_format: 'wav' }));
    expect(pcm.length / 2 / 24_000).toBeCloseTo((wav.length - 44) / 2 / wav.readUInt32LE(24), 3);
  });

  it('speaks slower where it says so, and may name a voice by its own id', async () => {
    const usual = await bytesOf(await speak({ response_format: 'wav' }));
    const slow = await bytesOf(await speak({ model: 'embedded', voice: 'slt', speed: 0.5, response_format: 'wav' }));
    expect(slow.length / usual.length).toBeGreaterThan(1.7);
    const same = await bytesOf(await speak({ voice: 'slt', response_format: 'wav' }));
    expect(same.equals(usual)).toBe(true);
  });

  it('hears of what no voice follows', async () => {
    const response = await speak({ instructions: 'Whisper.' });
    expect(response.headers.get('x-speech-warnings')).toContain('instructions');
    await bytesOf(response);
  });

  it('gets exceptions of its own that say what is wrong', async () => {
    const tooFast = await failureOf(speak({ speed: 9 }));
    expect(tooFast).toBeInstanceOf(UnprocessableEntityError);
    expect(tooFast).toMatchObject({ code: 'speech.invalid', param: 'speed', type: 'invalid_request_error' });
    expect(tooFast.message).toContain('speed must be between 0.25 and 4');
    expect(tooFast.requestID).toBeTruthy();

    const nobody = await failureOf(speak({ voice: 'alloy' }));
    expect(nobody).toBeInstanceOf(NotFoundError);
    expect(nobody.message).toContain('There is no voice "alloy"');

    expect((await failureOf(speak({ response_format: 'aac' }))).message).toContain('mp3, opus, flac, wav or pcm');
    expect((await failureOf(speak({ stream_format: 'sse' }))).param).toBe('stream_format');
    expect((await failureOf(speak({ volume: 2 }))).message).toContain('volume is not known here');
    expect((await failureOf(speak({ input: 'Привет' }))).message).toContain('П');
    expect((await failureOf(openai.models.list())).status).toBe(404);
  });

  it('needs the token as its key', async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sk-nobody', maxRetries: 0 });
    const refused = await failureOf(speak({}, stranger));
    expect(refused).toMatchObject({ status: 401, type: 'authentication_error' });
    // The same answer is a problem like any other.
    const headers = { authorization: 'Bearer sk-nobody' };
    await expectProblem(await fetch(`${server.url}/v1/audio/voices`, { headers }), 401, 'access.login_required');
  });
});

describe('another Talk2Me', () => {
  it('may be the engine of one: its voices are listed and speak, and what it refuses is told', async () => {
    await using other = await startServer({
      env: {
        TTS_ENGINES: 'peer',
        TTS_PEER_KIND: 'openai',
        TTS_PEER_URL: `${server.url}/v1`,
        TTS_PEER_API_KEY: TOKEN,
        TTS_PEER_MODEL: 'talk2me',
      },
    });
    const { voices, warnings } = (await (await fetch(`${other.url}/api/voices`)).json()) as VoiceList;
    expect(warnings).toEqual([]);
    expect(voices.find(({ id }) => id === 'peer:embedded:slt')).toMatchObject({
      engine: 'peer',
      language: 'en-US',
      gender: 'female',
      available: true,
    });
    const there = await bytesOf(
      await sendJson(other, 'POST', '/api/tts', { voice: 'peer:embedded:slt', text: TEXT, speed: 1.25 }),
    );
    const here = await bytesOf(await speak({ response_format: 'wav', speed: 1.25 }));
    // Twice rounded to 16 bits instead of once.
    expect(there.length).toBe(here.length);
    const samplesOf = (wav: Buffer) =>
      new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
    const samples = samplesOf(there);
    const worst = samplesOf(here).reduce((most, sample, i) => Math.max(most, Math.abs(sample - samples[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(2);
    const refused = await sendJson(other, 'POST', '/api/tts', { voice: 'peer:embedded:slt', text: 'Привет' });
    const problem = await expectProblem(refused, 502, 'speech.engine_failed');
    expect(problem.detail).toContain('П');
  });
});
