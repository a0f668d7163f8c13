import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'vitest';
import type { Problem } from '#lib/http/problems.ts';
import type { Sound, SoundKind, SoundList } from '#lib/sounds/sound.ts';
import type { TestServer } from './server.ts';

/** What a call needs of a server: its address, and where its files are, for tests that look at them. */
export type Target = Pick<TestServer, 'url' | 'port' | 'dataDir'>;

export interface FormPart {
  name: string;
  content: string | Uint8Array;
  /** Bytes where a test wants what no text can be. */
  filename?: string | Uint8Array;
  type?: string;
}

/** A multipart form byte by byte, since `FormData` mends what a hostile client would send as it is. */
export function multipart(parts: readonly FormPart[], boundary = `talk2me-${randomUUID()}`) {
  const pieces: Uint8Array[] = [];
  const text = (piece: string) => pieces.push(Buffer.from(piece));
  for (const { name, content, filename, type } of parts) {
    text(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`);
    if (filename !== undefined) {
      text('; filename="');
      pieces.push(typeof filename === 'string' ? Buffer.from(filename) : filename);
      text('"');
    }
    text(`\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`);
    pieces.push(typeof content === 'string' ? Buffer.from(content) : content);
    text('\r\n');
  }
  text(`--${boundary}--\r\n`);
  return {
    boundary,
    body: Buffer.concat(pieces),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

export interface UploadInput {
  bytes: Uint8Array;
  kind?: SoundKind;
  /** `sound.wav` when not given. */
  filename?: string | Uint8Array;
  /** The declared type; none when not given. */
  type?: string;
  fields?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
}

export function upload(server: Pick<Target, 'url'>, input: UploadInput): Promise<Response> {
  const { bytes, kind = 'effects', filename = 'sound.wav', type, fields = {}, headers = {} } = input;
  const form = multipart([
    ...Object.entries(fields).map(([name, content]) => ({ name, content })),
    { name: 'audio_file', filename, content: bytes, ...(type === undefined ? {} : { type }) },
  ]);
  return fetch(`${server.url}/api/sounds/${kind}`, {
    method: 'POST',
    body: form.body,
    headers: { ...form.headers, ...headers },
  });
}

/** An upload that must succeed. */
export async function uploaded(server: Target, input: UploadInput): Promise<Sound> {
  const response = await upload(server, input);
  const answer = await response.text();
  expect(response.status, answer).toBe(201);
  return JSON.parse(answer) as Sound;
}

export async function listed(server: Target, kind: SoundKind, query = ''): Promise<SoundList> {
  const response = await fetch(`${server.url}/api/sounds/${kind}${query}`);
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return JSON.parse(answer) as SoundList;
}

export function sendJson(server: Target, method: string, path: string, value: unknown, headers = {}) {
  return fetch(`${server.url}${path}`, {
    method,
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** Whatever went wrong, this much is promised: problem details that say what, and nothing about the inside. */
export async function expectProblem(response: Response, status: number, code: string): Promise<Problem> {
  const text = await response.text();
  expect(`${response.status} ${text}`).toMatch(new RegExp(`^${status} `));
  expectOpaque(text);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = JSON.parse(text) as Problem;
  expect(problem).toMatchObject({ type: 'about:blank', status, code });
  expect(problem.title).toBeTruthy();
  expect(problem.detail).toBeTruthy();
  expect(problem['request_id']).toBe(response.headers.get('x-request-id'));
  return problem;
}

/** No stack, path or SQL in what a client is told. */
export function expectOpaque(text: string): void {
  expect(text).not.toMatch(
    /\n\s+at |node_modules|\.ts:\d|\/(tmp|work|home|root)\/|SQLITE|\b(insert into|select \S+ from)\b/i,
  );
}

/** The fields that a problem names. */
export function namedFields(problem: Problem): string[] {
  return (problem.errors ?? []).map(error => error.path);
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

export interface RawRequest {
  method?: string;
  path: string;
  /** `Host` too, which `fetch` would set by itself. */
  headers?: Readonly<Record<string, string>>;
  /** Without a `Content-Length` among the headers it goes out chunked. */
  body?: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A request through `node:http`, which sends headers as they are given. */
export async function rawRequest(server: Pick<Target, 'port'>, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, headers = {}, body } = request;
  // Kept alive, so that the server does not close under a body that it refuses and the answer is lost with the connection.
  const agent = new Agent({ keepAlive: true });
  const outgoing = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers, agent });
  // Where a server answers early and closes, writing on fails; the answer counts.
  let failure: unknown;
  outgoing.on('error', error => (failure = error));
  const answered = new Promise<RawAnswer>((resolve, reject) => {
    outgoing.once('response', response => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const whole = Buffer.concat(chunks);
        outgoing.destroy();
        agent.destroy();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: whole.toString('utf8'),
        });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', finish);
      response.once('error', finish);
    });
    outgoing.once('close', () => reject(new Error('The connection ended without an answer.', { cause: failure })));
  });
  if (body instanceof Uint8Array) outgoing.end(body);
  else void writeAll(outgoing, body);
  return answered;
}

async function writeAll(outgoing: ReturnType<typeof httpRequest>, body: RawRequest['body']): Promise<void> {
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]).catch(() => 0);
  }
  outgoing.end();
}

/** Bytes straight onto a socket; resolves with all that came back once the server closes, or once `enough` says so. */
export async function rawSocket(
  server: Pick<Target, 'port'>,
  bytes: Uint8Array | string,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (enough(text)) socket.destroy();
  });
  // A refusal that closes while we still write shows as a reset; what was answered before it counts.
  socket.on('error', () => undefined);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  socket.write(bytes);
  await closed;
  return text;
}

/** Sends a whole request before it reads a byte of the answer, as browsers do; resolves with what came back. */
export async function sendThenRead(server: Pick<Target, 'port'>, bytes: Uint8Array): Promise<string> {
  const socket = connect(server.port, '127.0.0.1').pause();
  let text = '';
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.includes('request_id')) socket.destroy();
  });
  // A listener for data lets a socket flow.
  socket.pause();
  socket.write(bytes, () => socket.resume());
  await closed;
  return text;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
