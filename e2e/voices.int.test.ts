import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheStatus } from '#lib/cache/cache-status.ts';
import type { ReadinessReport } from '#lib/http/ready.ts';
import type { Voice, VoiceList } from '#lib/voices/voices.ts';
import { expectProblem, namedFields, sendJson } from './support/client.ts';
import { parseExposition, valueOf } from './support/exposition.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const voicesOf = async (of = server, query = '') =>
  (await (await fetch(`${of.url}/api/voices${query}`)).json()) as VoiceList;

/** Facts of a WAV of 16 bits. */
async function wavOf(response: Response) {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('audio/wav');
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length));
  const rate = bytes.readUInt32LE(24);
  return { bytes, rate, seconds: samples.length / rate, peak: Math.max(...samples.map(Math.abs)) };
}

describe('voices', () => {
  it('are there without a network, and are found by engine, language and name', async () => {
    const { voices, warnings } = await voicesOf();
    expect(warnings).toEqual([]);
    expect(voices.length).toBeGreaterThanOrEqual(5);
    for (const voice of voices) expect(voice).toMatchObject({ engine: 'embedded', available: true });
    expect((await voicesOf(server, '?language=en')).voices).toHaveLength(voices.length);
    expect((await voicesOf(server, '?language=de')).voices).toEqual([]);
    expect((await voicesOf(server, '?engine=nobody')).voices).toEqual([]);
    const found = (await voicesOf(server, `?q=${encodeURIComponent(voices[0]!.name)}`)).voices;
    expect(found.map(voice => voice.id)).toContain(voices[0]!.id);
    const unknown = await fetch(`${server.url}/api/voices?speed=1`);
    await expectProblem(unknown, 400, 'request.invalid');
  });

  it('are told one by one, and kept for a while', async () => {
    const [first] = (await voicesOf()).voices as [Voice];
    const address = `${server.url}/api/voices/${encodeURIComponent(first.id)}`;
    const response = await fetch(address);
    expect(await response.json()).toEqual(first);
    const again = await fetch(address, { headers: { 'if-none-match': response.headers.get('etag')! } });
    expect(again.status).toBe(304);
    await voicesOf();
    const { caches } = (await (await fetch(`${server.url}/api/cache/status`)).json()) as CacheStatus;
    expect(caches.find(({ name }) => name === 'voices.list')).toMatchObject({ ttl: 600, entries: 1 });
    expect(caches.find(({ name }) => name === 'voices.one')).toMatchObject({ ttl: 300, hits: 1 });
    await expectProblem(await fetch(`${server.url}/api/voices/embedded:nobody`), 404, 'speech.voice_not_found');
    await expectProblem(await fetch(`${server.url}/api/voices/nobody`), 404, 'speech.voice_not_found');
  });

  it('can be heard before they are chosen', async () => {
    const [first] = (await voicesOf()).voices as [Voice];
    const { seconds, peak } = await wavOf(await fetch(server.url + first.preview_url));
    expect(seconds).toBeGreaterThan(1);
    expect(peak).toBeGreaterThan(3000);
  });

  it('of an engine that is down are a warning, and hide nobody', async () => {
    const port = await new Promise<number>(resolve => {
      const taken = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = taken.address() as AddressInfo;
        taken.close(() => resolve(free));
      });
    });
    await using with2 = await startServer({
      env: {
        TTS_ENGINES: 'embedded,studio',
        TTS_STUDIO_KIND: 'openai',
        TTS_STUDIO_URL: `http://127.0.0.1:${port}`,
        TTS_STUDIO_MODEL: 'm',
      },
    });
    const { voices, warnings } = await voicesOf(with2);
    expect(voices.length).toBeGreaterThanOrEqual(5);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('studio');
    const ready = (await (await fetch(`${with2.url}/api/ready`)).json()) as ReadinessReport;
    expect(ready).toMatchObject({ status: 'degraded', checks: { engines: { engines: 2, available: 1 } } });
    expect(ready.checks.engines.detail).toContain('The engine studio cannot be reached');
  });
});

describe('an engine that takes a connection and says nothing', () => {
  it('is told to be down before long, and the server is ready all the same', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      await using waiting = await startServer({
        env: {
          TTS_ENGINES: 'embedded,studio',
          TTS_STUDIO_KIND: 'openai',
          TTS_STUDIO_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
        },
      });
      const ready = async () => {
        const response = await fetch(`${waiting.url}/api/ready`);
        expect(response.status).toBe(200);
        return ((await response.json()) as ReadinessReport).checks.engines;
      };
      await expect.poll(ready, { timeout: 40_000 }).toMatchObject({
        status: 'degraded',
        engines: 2,
        available: 1,
        detail: expect.stringContaining('studio') as string,
      });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('speech', () => {
  const say = (wish: object) => sendJson(server, 'POST', '/api/tts', { voice: 'embedded:slt', ...wish });

  it('is the same each time, and longer where it is slower', async () => {
    const text = 'The harbour was quiet, and the bell rang twice.';
    const first = await wavOf(await say({ text }));
    const again = await wavOf(await say({ text }));
    expect(again.bytes.equals(first.bytes)).toBe(true);
    const slow = await wavOf(await say({ text, speed: 0.5 }));
    expect(slow.seconds / first.seconds).toBeGreaterThan(1.7);
    expect(slow.seconds / first.seconds).toBeLessThan(2.3);
  });

  it.each([
    ['flac', 'audio/flac', 'fLaC'],
    ['opus', 'audio/ogg; codecs=opus', 'OggS'],
    ['mp3', 'audio/mpeg', undefined],
  ])('is answered as %s where that is asked for', async (format, type, magic) => {
    const response = await say({ text: 'Good evening.', format });
    expect(response.headers.get('content-type')).toBe(type);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    if (magic !== undefined) expect(bytes.toString('latin1', 0, 4)).toBe(magic);
    expect(bytes.length).toBeGreaterThan(2000);
  });

  it('is counted by engine and outcome, and what is kept of it is told like any cache', async () => {
    await using fresh = await startServer();
    const wish = { voice: 'embedded:kal16', text: 'This is counted.' };
    await wavOf(await sendJson(fresh, 'POST', '/api/tts', wish));
    await wavOf(await sendJson(fresh, 'POST', '/api/tts', wish));
    await expectProblem(
      await sendJson(fresh, 'POST', '/api/tts', { ...wish, text: 'Привет' }),
      422,
      'speech.unsayable',
    );
    const families = parseExposition(await (await fetch(`${fresh.url}/metrics`)).text(), 'text');
    const requests = (outcome: string) =>
      valueOf(families.get('speech_requests_total'), { engine: 'embedded', outcome });
    expect(['spoken', 'kept', 'refused', 'failed', 'cancelled'].map(requests)).toEqual([1, 1, 1, 0, 0]);
    const samples = (name: string) => families.get(name)!.samples.filter(one => one.name === `${name}_count`);
    expect(samples('speech_duration_seconds').map(({ labels, value }) => [labels['outcome'], value])).toEqual([
      ['spoken', 1],
      ['kept', 1],
      ['refused', 1],
    ]);
    expect(samples('speech_realtime_ratio')).toMatchObject([{ labels: { outcome: 'spoken' }, value: 1 }]);
    const { caches } = (await (await fetch(`${fresh.url}/api/cache/status`)).json()) as CacheStatus;
    expect(caches.find(({ name }) => name === 'speech')).toMatchObject({
      entries: 1,
      max_entries: null,
      hits: 1,
      hit_ratio: 1 / 3,
      misses: 2,
      sets: 1,
      failures: 1,
      ttl: null,
      backend: 'disk',
    });
  });

  it('outlives the server: what was said is not said again', async () => {
    const one = await startServer();
    const wish = { voice: 'embedded:slt', text: 'This is said once.' };
    const first = await wavOf(await sendJson(one, 'POST', '/api/tts', wish));
    await one.kill9();
    await using two = await startServer({ dataDir: one.dataDir });
    const second = await wavOf(await sendJson(two, 'POST', '/api/tts', wish));
    expect(second.bytes.equals(first.bytes)).toBe(true);
  });

  it.each([
    [{ text: '' }, 'speech.invalid', 'text'],
    [{ text: 'x'.repeat(5001) }, 'speech.invalid', 'text'],
    [{ text: 'Hello', speed: 9 }, 'speech.invalid', 'speed'],
    [{ text: 'Hello', pitch: 40 }, 'speech.invalid', 'pitch'],
    [{ text: 'Hello', format: 'ogg' }, 'speech.invalid', 'format'],
    [{ text: 'Hello', loud: true }, 'speech.invalid', undefined],
  ])('of %j is refused with the field', async (wish, code, field) => {
    const problem = await expectProblem(await say(wish), 422, code);
    if (field !== undefined) expect(namedFields(problem)).toContain(field);
  });

  it('of what a voice cannot say is refused with the characters, and of a voice that is not there too', async () => {
    const problem = await expectProblem(await say({ text: 'Привет' }), 422, 'speech.unsayable');
    expect(problem.detail).toContain('П');
    await expectProblem(await say({ text: 'Hello', voice: 'embedded:nobody' }), 404, 'speech.voice_not_found');
  });
});
