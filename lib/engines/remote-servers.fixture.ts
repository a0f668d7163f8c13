/** Servers that speak the real protocols on a local port, and misbehave on request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * - `silent`: takes the request and never answers.
 * - `stalls`: begins its answer and stops.
 * - `cut`: closes in the middle of an answer in chunks.
 * - `short`: promises more in `Content-Length` than it sends.
 * - `long`: sends more than it promised.
 * - `resets`: closes without an answer.
 * - `garbage`: audio by its label, noise by its bytes.
 * - `text`: 200, and words instead of audio.
 * - `endless`: an answer without end.
 * - `redirect`: sends to another address.
 * - `compressed`: packs what it was asked not to pack.
 * - `not_http`: another protocol.
 * - a number: that status with a JSON error; an object adds `Retry-After` or another body.
 */
export type Misbehaviour =
  | 'silent'
  | 'stalls'
  | 'cut'
  | 'short'
  | 'long'
  | 'resets'
  | 'garbage'
  | 'text'
  | 'endless'
  | 'redirect'
  | 'compressed'
  | 'not_http'
  | number
  | { status: number; retryAfter?: string; body?: string; type?: string };

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RemoteServer extends AsyncDisposable {
  readonly url: URL;
  /** Every request so far, in the order of their arrival. */
  readonly seen: readonly SeenRequest[];
  /** Connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** Connections that were ever opened. */
  readonly connections: number;
  /** The next requests do this, one each; then it behaves again. */
  misbehave(...how: Misbehaviour[]): void;
  /** Until it is told otherwise; undefined for well. */
  misbehaveAlways(how: Misbehaviour | undefined): void;
}

export type Behave = (request: SeenRequest, response: ServerResponse) => void;

/** @param misbehavesAt which requests misbehave; the others are answered well */
export async function startServer(
  behave: Behave,
  misbehavesAt: (request: SeenRequest) => boolean = () => true,
): Promise<RemoteServer> {
  const seen: SeenRequest[] = [];
  const open = new Set<Socket>();
  const next: Misbehaviour[] = [];
  let always: Misbehaviour | undefined;
  let connections = 0;
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(parts).toString() };
      seen.push(request);
      const how = misbehavesAt(request) ? (next.shift() ?? always) : undefined;
      if (how === undefined) behave(request, response);
      else act(how, response);
    });
  });
  server.on('connection', socket => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    seen,
    open,
    get connections() {
      return connections;
    },
    misbehave: (...how) => void next.push(...how),
    misbehaveAlways: how => void (always = how),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** What a server of the protocol below says, and how. */
export interface Voicing {
  /** `Content-Type` of the answer, and its bytes. Default: a WAV file. */
  encode?: (samples: Float32Array<ArrayBuffer>, sampleRate: number) => Promise<{ type: string; bytes: Uint8Array }>;
  /** What the list of voices answers; undefined for a server that has none. */
  list?: unknown;
}

const RATE = 24_000;

/** OpenAI's protocol with the list of voices that most other servers add. Only speech misbehaves. */
export async function openAiServer(voicing: Voicing = {}): Promise<RemoteServer> {
  const { list = { voices: ['alloy', 'nova'] }, encode = wav } = voicing;
  const known = 'list' in voicing ? voicing.list : list;
  return startServer(
    ({ method, path, body }, response) => {
      if (method === 'GET' && path === '/v1/audio/voices' && known !== undefined) return json(response, 200, known);
      if (method !== 'POST' || path !== '/v1/audio/speech') return json(response, 404, { detail: 'Not Found' });
      const { input, voice, speed = 1, response_format } = JSON.parse(body) as Record<string, string & number>;
      if (response_format !== 'wav' || voice === undefined) return json(response, 400, { error: { message: 'Bad.' } });
      void encode(tone(input!, speed), RATE).then(({ type, bytes }) =>
        response.writeHead(200, { 'content-type': type }).end(bytes),
      );
    },
    ({ path }) => path === '/v1/audio/speech',
  );
}

/** The protocol of Talk2Me's backend. Only speech misbehaves. */
export async function talk2MeServer({ encode = wav, ...voicing }: Voicing = {}): Promise<RemoteServer> {
  const list = voicing.list ?? {
    voices: [
      { name: 'en_storyteller', display_name: 'The Storyteller', language: 'en_US' },
      { name: 'de_anna', display_name: 'Anna', language: 'de-DE' },
    ],
  };
  return startServer(
    ({ method, path, body }, response) => {
      if (method === 'GET' && path === '/voices') return json(response, 200, list);
      if (method !== 'POST' || path !== '/tts') return json(response, 404, { detail: 'Not Found' });
      const fields = JSON.parse(body) as Record<string, string>;
      if (Object.keys(fields).sort().join() !== 'text,voice') {
        return json(response, 422, { detail: [{ loc: ['body'], msg: 'text and voice, nothing else' }] });
      }
      void encode(tone(fields['text']!, 1), RATE).then(({ type, bytes }) =>
        response.writeHead(200, { 'content-type': type }).end(bytes),
      );
    },
    ({ path }) => path === '/tts',
  );
}

/** Eleven periods of 220 Hz; whole numbers of 16 bits, none of them −0. */
const HUM = Float32Array.from(
  { length: (11 * RATE) / 220 },
  (_, i) => (Math.trunc(9000 * Math.sin((2 * Math.PI * 220 * i) / RATE)) + 0) / 32_768,
);

/** A hum of 40 ms a character. Made quickly: while a server of this process makes minutes of it, it answers nobody. */
export function tone(text: string, speed: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round((text.length * 0.04 * RATE) / speed));
  for (let at = 0; at < samples.length; at += HUM.length) samples.set(HUM.subarray(0, samples.length - at), at);
  return samples;
}

/** s16le, one channel, no header. */
export function headerless(samples: Float32Array): Uint8Array {
  const integers = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) integers[i] = samples[i]! * 32_768;
  return new Uint8Array(integers.buffer);
}

/** @param sizes of the chunk `RIFF` and of `data`; what they are where it is not said otherwise */
export function wavBytes(samples: Float32Array, sampleRate: number, sizes?: number): Uint8Array {
  const pcm = headerless(samples);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(sizes ?? pcm.length + 36, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(2 * sampleRate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(sizes ?? pcm.length, 40);
  return Buffer.concat([header, pcm]);
}

async function wav(samples: Float32Array, sampleRate: number) {
  return { type: 'audio/wav', bytes: wavBytes(samples, sampleRate) };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const WAV_TYPE = { 'content-type': 'audio/wav' };
/** Large enough to arrive in more than one piece. */
const PIECE = Buffer.alloc(64 * 1024, 'RIFF');

function act(how: Misbehaviour, response: ServerResponse): void {
  if (typeof how === 'number') return act({ status: how }, response);
  if (typeof how === 'object') {
    const {
      status,
      retryAfter,
      body = JSON.stringify({ detail: `status ${status}` }),
      type = 'application/json',
    } = how;
    response.writeHead(status, {
      'content-type': type,
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
    return void response.end(body);
  }
  switch (how) {
    case 'silent':
      return;
    case 'stalls':
      return void response.writeHead(200, WAV_TYPE).write(PIECE);
    case 'cut':
      return void response.writeHead(200, WAV_TYPE).write(PIECE, () => response.destroy());
    case 'short':
      response.writeHead(200, { ...WAV_TYPE, 'content-length': 2 * PIECE.length });
      return void response.write(PIECE, () => response.destroy());
    case 'long':
      // By hand: Node's own server refuses to.
      return void response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ncontent-length: 4\r\n\r\nRIFFRIFF',
      );
    case 'resets':
      return void response.socket?.destroy();
    case 'garbage':
      return void response.writeHead(200, WAV_TYPE).end(noise(48_000));
    case 'text':
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end('The model is still loading.');
    case 'endless':
      response.writeHead(200, WAV_TYPE);
      return pour(response);
    case 'redirect':
      return void response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    case 'compressed':
      return void response.writeHead(200, { ...WAV_TYPE, 'content-encoding': 'gzip' }).end(PIECE);
    case 'not_http':
      return void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n');
  }
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(PIECE));
  if (!response.destroyed) response.once('drain', () => pour(response));
}

/** Bytes in which no sound is: a linear congruential generator (Numerical Recipes), so that they are the same in every run. */
export function noise(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    buffer[i] = state >>> 24;
  }
  return buffer;
}
