import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { isAppError, type AppError } from '#lib/base/errors.ts';
import { RemoteClient, type RemoteCall, type RemoteClientOptions } from './remote-client.ts';
import { startServer, type Misbehaviour } from './remote-servers.fixture.ts';

const KEY = 'sk-very-secret-key';

const CALL: RemoteCall = {
  method: 'POST',
  path: 'tts',
  json: { text: 'Hello.' },
  accept: 'audio/wav',
  takes: type => type === 'audio/wav',
  maxBytes: 1_000_000,
};

async function setUp(options: Partial<RemoteClientOptions> = {}) {
  const server = await startServer((request, response) =>
    response.writeHead(200, { 'content-type': 'Audio/WAV; rate=24000' }).end(`well: ${request.body}`),
  );
  const waits: number[] = [];
  const client = clientOf(server.url, { wait: async ms => void waits.push(ms), ...options });
  return {
    server,
    client,
    waits,
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function clientOf(url: URL, options: Partial<RemoteClientOptions> = {}): RemoteClient {
  return new RemoteClient({
    name: 'kokoro',
    url,
    apiKey: KEY,
    timeoutMs: 60_000,
    concurrency: 4,
    clock: systemClock,
    random: () => 1,
    wait: async () => undefined,
    ...options,
  });
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error: unknown = await call.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw error;
  return error;
}

describe('the client of a remote engine', () => {
  it('sends what it is told, the key in its header, and gives the whole answer', async () => {
    await using under = await setUp();
    const answer = await under.client.call(CALL);
    expect(answer).toMatchObject({ type: 'audio/wav', contentType: 'Audio/WAV; rate=24000' });
    expect(Buffer.from(answer.bytes).toString()).toBe('well: {"text":"Hello."}');
    const { method, path, headers } = under.server.seen[0]!;
    expect({ method, path }).toEqual({ method: 'POST', path: '/tts' });
    expect(headers).toMatchObject({
      accept: 'audio/wav',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'content-length': '17',
      authorization: `Bearer ${KEY}`,
    });
    expect(under.client.health()).toMatchObject({
      available: true,
      reason: '',
      checked_at: expect.any(String) as string,
    });
  });

  it('asks under the path of its address', async () => {
    await using under = await setUp();
    const client = clientOf(new URL('/behind/a/proxy/', under.server.url));
    await client.call(CALL);
    expect(under.server.seen[0]!.path).toBe('/behind/a/proxy/tts');
    client.close();
  });

  it('uses a connection again', async () => {
    await using under = await setUp();
    for (let i = 0; i < 3; i++) await under.client.call(CALL);
    expect(under.server.connections).toBe(1);
  });

  it('tries again at once on a connection that the server closed while it was kept', async () => {
    await using under = await setUp();
    await under.client.call(CALL);
    under.server.misbehave('resets');
    await under.client.call(CALL);
    expect(under.waits).toEqual([]);
    expect(under.client.health().available).toBe(true);
  });

  it.each<[string, Misbehaviour[], number[]]>([
    ['429', [429], [500]],
    ['503 for as long as the server asked for, and a little more', [{ status: 503, retryAfter: '2' }], [2400]],
    ['a reset', ['resets'], [500]],
    ['a cut answer, twice, with growing waits', ['cut', 'short'], [500, 1000]],
  ])('tries again after %s', async (_, misbehaviours, waits) => {
    await using under = await setUp();
    under.server.misbehave(...misbehaviours);
    const { bytes } = await under.client.call(CALL);
    expect(Buffer.from(bytes).toString()).toMatch(/^well/);
    expect(under.waits).toEqual(waits);
    expect(under.server.seen).toHaveLength(waits.length + 1);
  });

  it('gives up after three attempts, and says when to come back', async () => {
    await using under = await setUp();
    under.server.misbehaveAlways({ status: 503, retryAfter: '3' });
    const error = await failureOf(under.client.call(CALL));
    expect(error).toMatchObject({ code: 'speech.engine_unavailable', retryAfter: 3, details: { engine_status: 503 } });
    expect(error.message).toBe('The engine kokoro is not ready (HTTP 503): status 503. Try again later.');
    expect(under.server.seen).toHaveLength(3);
  });

  it('does not wait where the server asks for more patience than a call has', async () => {
    await using under = await setUp();
    under.server.misbehaveAlways({ status: 429, retryAfter: '60' });
    expect(await failureOf(under.client.call(CALL))).toMatchObject({
      code: 'speech.engine_unavailable',
      retryAfter: 60,
    });
    expect(under.waits).toEqual([]);
  });

  it('does not wait beyond its own time', async () => {
    await using under = await setUp({ timeoutMs: 3_000 });
    under.server.misbehaveAlways({ status: 429, retryAfter: '3' });
    await failureOf(under.client.call(CALL));
    expect(under.server.seen).toHaveLength(1);
  });

  it.each<[Misbehaviour, AppError['code'], string]>([
    [500, 'speech.engine_failed', 'failed (HTTP 500): status 500.'],
    [502, 'speech.engine_unavailable', 'is not ready (HTTP 502): status 502. Try again later.'],
    [400, 'speech.engine_failed', 'refused the request (HTTP 400): status 400.'],
    [404, 'speech.engine_failed', 'does not know this call (HTTP 404): status 404. Is TTS_KOKORO_URL right?'],
    [
      { status: 401, body: JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}.` } }) },
      'speech.engine_failed',
      'refuses the key (HTTP 401): Incorrect API key provided: …. Correct TTS_KOKORO_API_KEY.',
    ],
    [{ status: 500, type: 'text/html', body: '<html>oops</html>' }, 'speech.engine_failed', 'failed (HTTP 500).'],
    [
      'redirect',
      'speech.engine_failed',
      'sends elsewhere (HTTP 307), which is not followed. Give TTS_KOKORO_URL its final address.',
    ],
    ['text', 'speech.engine_failed', 'answered /tts with text/plain. It said: The model is still loading.'],
    ['compressed', 'speech.engine_failed', 'answered /tts with something compressed.'],
    ['endless', 'speech.engine_failed', 'answered /tts with more than 977 KiB.'],
    ['not_http', 'speech.engine_failed', 'cannot be talked to: what it sends is not HTTP. Correct TTS_KOKORO_URL.'],
  ])('says what is wrong, once, with a server that does %o', async (misbehaviour, code, message) => {
    await using under = await setUp();
    under.server.misbehaveAlways(misbehaviour);
    const error = await failureOf(under.client.call(CALL));
    expect(error.message).toBe(`The engine kokoro ${message}`);
    expect(error.code).toBe(code);
    expect(under.server.seen).toHaveLength(1);
  });

  it('takes no more of an answer than was promised', async () => {
    await using under = await setUp();
    under.server.misbehave('long');
    expect(Buffer.from((await under.client.call(CALL)).bytes).toString()).toBe('RIFF');
  });

  it('refuses a promise that is too large before it is kept', async () => {
    await using under = await setUp();
    under.server.misbehave('short');
    const error = await failureOf(under.client.call({ ...CALL, maxBytes: 100_000 }));
    expect(error.message).toContain('more than 97.7 KiB');
    expect(under.server.seen).toHaveLength(1);
  });

  it('lets go of every connection whose answer it did not read to its end', async () => {
    await using under = await setUp();
    under.server.misbehave('endless', 'compressed', { status: 500, body: 'x'.repeat(1_000_000) });
    for (let i = 0; i < 3; i++) await failureOf(under.client.call(CALL));
    await vi.waitUntil(() => under.server.open.size <= 1);
  });

  it('gives up on a server that does not answer in time, without asking again', async () => {
    await using under = await setUp({ timeoutMs: 100 });
    under.server.misbehaveAlways('silent');
    const error = await failureOf(under.client.call(CALL));
    expect(error.code).toBe('speech.engine_unavailable');
    expect(error.message).toMatch(/did not answer within 0.1 s\. Give it more with TTS_KOKORO_TIMEOUT/);
    expect(under.server.seen).toHaveLength(1);
    expect(under.client.health()).toMatchObject({ available: false, reason: error.message });
    await vi.waitUntil(() => under.server.open.size === 0);
  });

  it('gives up on an answer that stands still', async () => {
    await using under = await setUp({ idleTimeoutMs: 100 });
    under.server.misbehaveAlways('stalls');
    const error = await failureOf(under.client.call(CALL));
    expect(error).toMatchObject({ code: 'speech.engine_unavailable' });
    expect(error.message).toContain('began and then stood still');
    expect(under.server.seen).toHaveLength(1);
  });

  it('gives up on a connection that is not made in time, after trying again', async () => {
    // It takes connections and never says its part of TLS.
    let connections = 0;
    const mute = createServer(socket => {
      connections += 1;
      socket.on('error', () => undefined);
    });
    const port = await listen(mute);
    const client = clientOf(new URL(`https://127.0.0.1:${port}`), { connectTimeoutMs: 50 });
    const error = await failureOf(client.call(CALL));
    expect(error.code).toBe('speech.engine_unavailable');
    expect(error.message).toContain('cannot be reached: no connection was made in time');
    expect(connections).toBe(3);
    client.close();
    mute.close();
  });

  it('does not speak TLS to who does not', async () => {
    await using under = await setUp();
    const client = clientOf(new URL(`https://${under.server.url.host}`));
    expect((await failureOf(client.call(CALL))).message).toContain('what it sends is not HTTP');
    client.close();
  });

  it('says that nobody is there', async () => {
    const port = await freePort();
    const client = clientOf(new URL(`http://127.0.0.1:${port}`));
    const error = await failureOf(client.call(CALL));
    expect(error.code).toBe('speech.engine_unavailable');
    expect(error.message).toBe(
      'The engine kokoro cannot be reached: the connection was refused. Start it, or correct TTS_KOKORO_URL.',
    );
    expect(client.health()).toMatchObject({ available: false, reason: error.message });
    client.close();
  });

  it('leaves a server alone that fails again and again, and finds it when it is back', async () => {
    let now = 0;
    const clock = { now: () => new Date(now), monotonic: () => now };
    await using under = await setUp({ clock });
    under.server.misbehaveAlways(500);
    for (let i = 0; i < 5; i++) await failureOf(under.client.call(CALL));
    const error = await failureOf(under.client.call(CALL));
    expect(error).toMatchObject({ code: 'speech.engine_unavailable', retryAfter: 5 });
    expect(under.server.seen).toHaveLength(5);
    under.server.misbehaveAlways(undefined);
    now += 5_000;
    await under.client.call(CALL);
    await under.client.call(CALL);
    expect(under.server.seen).toHaveLength(7);
    expect(under.client.health()).toMatchObject({ available: true, checked_at: '1970-01-01T00:00:05.000Z' });
  });

  it('is not put to rest by requests that are refused', async () => {
    await using under = await setUp();
    under.server.misbehaveAlways(422);
    for (let i = 0; i < 10; i++) expect((await failureOf(under.client.call(CALL))).code).toBe('speech.engine_failed');
    expect(under.server.seen).toHaveLength(10);
    expect(under.client.health().available).toBe(true);
  });

  it('ends a call when it is told to, down to the socket, at every point', async () => {
    const wait = (_: number, signal: AbortSignal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('woken'))));
    await using under = await setUp({ concurrency: 1, wait });
    for (const how of ['silent', 'stalls', 429] as const) {
      under.server.misbehave(how);
      const aborting = new AbortController();
      const reason = new Error(`enough of ${how}`);
      const call = under.client.call({ ...CALL, signal: aborting.signal });
      const waiting = under.client.call({ ...CALL, signal: aborting.signal });
      const seen = under.server.seen.length;
      await vi.waitUntil(() => under.server.seen.length === seen + 1);
      const ended = Promise.allSettled([call, waiting]);
      aborting.abort(reason);
      expect((await ended).map(one => one.status === 'rejected' && (one.reason as unknown))).toEqual([reason, reason]);
    }
    await vi.waitUntil(() => under.server.open.size <= 1);
    expect(Buffer.from((await under.client.call(CALL)).bytes).toString()).toMatch(/^well/);
  });

  it('does not begin a call that was ended before', async () => {
    await using under = await setUp();
    const reason = new Error('before');
    await expect(under.client.call({ ...CALL, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(under.server.seen).toHaveLength(0);
  });

  it('asks for so much at a time and keeps the rest in line, which has an end', async () => {
    await using under = await setUp({ concurrency: 2 });
    under.server.misbehaveAlways('silent');
    const aborting = new AbortController();
    const calls = Array.from({ length: 102 }, () => under.client.call({ ...CALL, signal: aborting.signal }));
    const ended = Promise.allSettled(calls);
    await vi.waitUntil(() => under.server.seen.length === 2);
    const error = await failureOf(under.client.call(CALL));
    expect(error).toMatchObject({ code: 'speech.engine_unavailable', retryAfter: 5 });
    expect(error.message).toContain('too many requests in line');
    expect(under.server.seen).toHaveLength(2);
    aborting.abort(new Error('done'));
    await ended;
  });

  it('ends what is under way when it is closed', async () => {
    await using under = await setUp();
    under.server.misbehaveAlways('silent');
    const call = under.client.call(CALL);
    call.catch(() => undefined);
    await vi.waitUntil(() => under.server.seen.length === 1);
    under.client.close();
    expect(await failureOf(call)).toMatchObject({ code: 'speech.engine_unavailable' });
    await vi.waitUntil(() => under.server.open.size === 0);
    expect(await failureOf(under.client.call(CALL))).toMatchObject({ code: 'speech.engine_unavailable' });
  });

  it('never shows its key or its address', async () => {
    await using under = await setUp({ timeoutMs: 200 });
    const echo = { status: 400, body: `You sent Bearer ${KEY}` };
    for (const how of [echo, 'text', 'resets', 'cut', 'silent', 'redirect'] as const) {
      under.server.misbehaveAlways(how);
      const error = await failureOf(under.client.call(CALL));
      const { message, details, stack, cause } = error;
      const shown = [message, JSON.stringify(details), stack, String(cause), JSON.stringify(cause)].join('\n');
      expect(shown).not.toContain(KEY);
      expect(message).not.toContain(under.server.url.host);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
