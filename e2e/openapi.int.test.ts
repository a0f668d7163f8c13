import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RIGHTS } from '#lib/auth/rights.ts';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Operation } from '#lib/http/operation.ts';
import { OPERATIONS, PAGE_RIGHTS } from '#lib/http/operations.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { PACK, type StarterPackState } from '#lib/starter/pack.ts';
import { multipart, sha256 } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const SCHEMAS = 'https://talk2me.example/schemas/';
const TOKEN = 'a-token-for-the-openapi-test';

interface Described {
  operationId: string;
  summary: string;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, { schema?: object }> }
  >;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

let server: TestServer;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  server = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN, MAX_FILE_SIZE: '100000' } });
  const response = await fetch(`${server.url}/api/openapi.json`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.status).toBe(200);
  document = (await response.json()) as Document;
  ajv = new Ajv2020({ strict: true, allErrors: true });
  // A CommonJS package whose types say another shape than Node gives.
  const addFormats = formats.default as unknown as (to: Ajv2020) => void;
  addFormats(ajv);
  // OpenAPI's own words say nothing that validates.
  ajv.addKeyword('example');
  for (const [name, schema] of Object.entries(document.components.schemas))
    ajv.addSchema(resolved(schema), SCHEMAS + name);
});
afterAll(() => server.stop());

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const described = () =>
  Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ template, method, operation })),
  );

/** What comes first of a stream that goes on. */
async function firstBytes(response: Response): Promise<Buffer> {
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  void reader.cancel();
  return Buffer.from(value ?? []);
}

/** The schema with its references leading to the components as ajv knows them. */
function resolved(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${SCHEMAS}`)) as object;
}

describe('the OpenAPI document', () => {
  it('is one of version 3.1 whose parts are where they belong', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
    expect(document.info).toMatchObject({ title: 'Talk2Me', version });
    const ids = described().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { template, method, operation } of described()) {
      const where = `${method} ${template}`;
      expect(template, where).toMatch(/^\/(api\/|v1\/|metrics$)/);
      expect(METHODS, where).toContain(method);
      expect(operation.summary, where).toBeTruthy();
      expect(operation.operationId, where).toMatch(/^[a-z][A-Za-z]+$/);
      const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
      const parameters = operation.parameters ?? [];
      expect(
        parameters.filter(parameter => parameter.in === 'path').map(parameter => parameter.name),
        where,
      ).toEqual(inPath);
      for (const parameter of parameters) {
        expect(['path', 'query', 'header'], where).toContain(parameter.in);
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
        expect(parameter.schema, where).toBeTypeOf('object');
      }
      expect(Object.keys(operation.responses).length, where).toBeGreaterThan(1);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status, where).toMatch(/^[2-5]\d\d$/);
        expect(response.description, where).toBeTruthy();
      }
    }
  });

  it('has a schema under every reference, each one sound, and none that nobody refers to', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1]!));
    for (const reference of references) expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
    const used = [...references].map(reference => reference.split('/').at(-1)).sort();
    expect(used).toEqual(Object.keys(document.components.schemas).sort());
    for (const { operation } of described()) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      const schemas = bodies.flatMap(body => Object.values(body?.content ?? {}).map(content => content.schema));
      for (const schema of [...schemas, ...(operation.parameters ?? []).map(parameter => parameter.schema)]) {
        if (schema !== undefined) expect(() => ajv.compile(resolved(schema))).not.toThrow();
      }
    }
  });

  it('describes every operation of the table and no other but HEAD of the audio', () => {
    const table = (Object.values(OPERATIONS) as Operation[]).map(({ method, path: at }) => `${method} ${at}`);
    const inDocument = described().map(({ method, template }) => `${method.toUpperCase()} ${template}`);
    expect(inDocument.sort()).toEqual([...table, 'HEAD /api/sounds/{kind}/{id}/audio'].sort());
  });
});

describe('an answer', () => {
  const called = new Set<string>();

  interface CallInput {
    params?: Record<string, string>;
    query?: string;
    json?: unknown;
    body?: BodyInit;
    headers?: Record<string, string>;
    /** Calls without the token. */
    stranger?: boolean;
  }

  /** Calls an operation and holds status, content type, headers and body of the answer against the document. */
  async function call(operationId: string, expected: number, input: CallInput = {}): Promise<Response> {
    const found = described().find(({ operation }) => operation.operationId === operationId);
    if (found === undefined) throw new Error(`${operationId} is not in the document`);
    const { template, method, operation } = found;
    const address = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => input.params?.[name] ?? `{${name}}`);
    const response = await fetch(`${server.url}${address}${input.query ?? ''}`, {
      method: method.toUpperCase(),
      headers: {
        ...(input.stranger === true ? {} : { authorization: `Bearer ${TOKEN}` }),
        ...(input.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...input.headers,
      },
      ...(input.json === undefined ? {} : { body: JSON.stringify(input.json) }),
      ...(input.body === undefined ? {} : { body: input.body }),
    });
    const copy = response.clone();
    const endless = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const bytes = endless ? await firstBytes(response) : Buffer.from(await response.arrayBuffer());
    if (endless) await copy.body?.cancel();
    expect(response.status, bytes.toString('utf8', 0, 500)).toBe(expected);
    const answer = operation.responses[String(response.status)];
    expect(answer, `${operationId} may not answer ${response.status}`).toBeDefined();
    for (const name of Object.keys(answer?.headers ?? {})) {
      expect(response.headers.get(name), `${operationId} ${name}`).not.toBeNull();
    }
    const type = response.headers.get('content-type');
    const contents = Object.entries(answer?.content ?? {});
    if (contents.length === 0 || method === 'head') {
      expect(bytes.length).toBe(0);
    } else {
      const bare = type?.split(';', 1)[0];
      const content = contents.find(
        ([name]) => name === bare || (name.endsWith('/*') && type?.startsWith(name.slice(0, -1))),
      );
      expect(content, `${operationId} ${expected} has the type ${type}`).toBeDefined();
      const schema = content?.[1].schema;
      if (schema !== undefined) {
        const validate = ajv.compile(resolved(schema));
        expect(validate(JSON.parse(bytes.toString())), JSON.stringify(validate.errors)).toBe(true);
      }
    }
    called.add(`${operationId} ${expected}`);
    return copy;
  }

  const form = (bytes: Uint8Array, fields: Record<string, string> = {}, filename = 'sound.wav') => {
    const { body, headers } = multipart([
      ...Object.entries(fields).map(([name, content]) => ({ name, content })),
      { name: 'audio_file', filename, content: bytes },
    ]);
    return { body, headers };
  };
  const tone = (hertz: number) =>
    makeAudio({ format: 'wav', seconds: 0.05, signal: time => 0.5 * Math.sin(2 * Math.PI * hertz * time) });

  it('of the public calls is what the document says', async () => {
    await call('getHealth', 200, { stranger: true });
    await call('getHealth', 400, { stranger: true, query: '?x=1' });
    await call('getReady', 200);
    await call('getReady', 401, { stranger: true });
    await call('getReady', 400, { query: '?x=1' });
    await call('getMetrics', 200);
    await call('getMetrics', 401, { stranger: true });
    await call('getMetrics', 400, { query: '?x=1' });
    await call('getOpenApi', 200);
    await call('getOpenApi', 401, { stranger: true });
    await call('login', 204, { stranger: true, json: { token: TOKEN } });
    await call('login', 401, { stranger: true, json: { token: 'wrong' } });
    await call('login', 422, { stranger: true, json: { tocken: TOKEN } });
    await call('login', 400, { stranger: true, headers: { 'content-type': 'application/json' }, body: '{' });
    await call('login', 413, { stranger: true, json: { token: 'x'.repeat(1_100_000) } });
    await call('login', 415, { stranger: true, body: 'token=x' });
    await call('login', 403, { stranger: true, json: { token: TOKEN }, headers: { origin: 'https://evil.example' } });
    await call('logout', 204, { stranger: true });
    for (let i = 0; i < 9; i += 1) await call('login', 401, { stranger: true, json: { token: 'wrong' } });
    await call('login', 429, { stranger: true, json: { token: TOKEN } });
  });

  it('of an upload is what the document says', async () => {
    const bytes = await tone(440);
    const params = { kind: 'effects' };
    await call('uploadSound', 201, { params, ...form(bytes, { id: 'described', category: 'Doors', tags: 'a,b' }) });
    await call('uploadSound', 409, { params, ...form(bytes) });
    await call('uploadSound', 409, { params, ...form(await tone(450), { id: 'described' }) });
    await call('uploadSound', 413, { params, ...form(new Uint8Array(200_000)) }).catch(() =>
      // Its type is refused before its size is known.
      call('uploadSound', 415, { params, ...form(new Uint8Array(200_000)) }),
    );
    const long = await makeAudio({ format: 'wav', seconds: 2 });
    await call('uploadSound', 413, { params, ...form(long) });
    await call('uploadSound', 415, { params, ...form(Buffer.from('text')) });
    await call('uploadSound', 422, { params, ...form(await tone(460), { volume: '9' }) });
    await call('uploadSound', 400, {
      params,
      body: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    await call('uploadSound', 404, { params: { kind: 'music' }, ...form(bytes) });
    await call('uploadSound', 401, { params, stranger: true, ...form(bytes) });
    const { body, headers } = form(bytes);
    await call('uploadSound', 403, { params, body, headers: { ...headers, 'sec-fetch-site': 'cross-site' } });
  });

  it('of a list is what the document says', async () => {
    const params = { kind: 'effects' };
    const list = await call('listSounds', 200, { params, query: '?limit=1&q=desc&tag=a&tag=b&category=Doors' });
    expect(((await list.json()) as { items: Sound[] }).items[0]?.id).toBe('described');
    await call('listSounds', 304, {
      params,
      query: '?limit=1&q=desc&tag=a&tag=b&category=Doors',
      headers: { 'if-none-match': list.headers.get('etag')! },
    });
    await call('listSounds', 400, { params, query: '?limit=1000' });
    await call('listSounds', 401, { params, stranger: true });
    await call('listSounds', 404, { params: { kind: 'music' } });
    const categories = await call('listCategories', 200);
    await call('listCategories', 304, { headers: { 'if-none-match': categories.headers.get('etag')! } });
    await call('listCategories', 400, { query: '?kind=music' });
    await call('listCategories', 401, { stranger: true });
    const lengths = await call('listLengths', 200);
    await call('listLengths', 304, { headers: { 'if-none-match': lengths.headers.get('etag')! } });
    await call('listLengths', 400, { query: '?kind=music' });
    await call('listLengths', 401, { stranger: true });
  });

  it('to a change of several sounds is what the document says', async () => {
    const params = { kind: 'effects' };
    const json = { ids: ['described', 'missing'], add_tags: ['c'] };
    await call('changeSounds', 200, { params, json });
    await call('changeSounds', 400, { params, body: '{', headers: { 'content-type': 'application/json' } });
    await call('changeSounds', 401, { params, json, stranger: true });
    await call('changeSounds', 403, { params, json, headers: { origin: 'https://evil.example' } });
    await call('changeSounds', 404, { params: { kind: 'music' }, json });
    await call('changeSounds', 413, { params, json: { ...json, category: 'x'.repeat(1_100_000) } });
    await call('changeSounds', 415, { params, body: 'x' });
    await call('changeSounds', 422, { params, json: { ids: [] } });
  });

  it('about one sound is what the document says', async () => {
    const params = { kind: 'effects', id: 'described' };
    const missing = { params: { ...params, id: 'missing' } };
    const etag = (await call('getSound', 200, { params })).headers.get('etag')!;
    await call('getSound', 304, { params, headers: { 'if-none-match': etag } });
    await call('getSound', 400, { params, query: '?x=1' });
    await call('getSound', 401, { params, stranger: true });
    await call('getSound', 404, missing);
    await call('patchSound', 200, { params, json: { name: 'Changed', volume: null } });
    await call('patchSound', 400, { params, body: '{', headers: { 'content-type': 'application/json' } });
    await call('patchSound', 401, { params, json: {}, stranger: true });
    await call('patchSound', 403, { params, json: {}, headers: { origin: 'null' } });
    await call('patchSound', 404, { ...missing, json: {} });
    await call('patchSound', 412, { params, json: { name: 'x' }, headers: { 'if-match': etag } });
    await call('patchSound', 413, { params, json: { name: 'x'.repeat(1_100_000) } });
    await call('patchSound', 415, { params, body: 'x' });
    await call('patchSound', 422, { params, json: { loop: true } });
    for (const id of ['getAudio', 'getPeaks', 'getWaveform']) {
      const held = (await call(id, 200, { params })).headers.get('etag')!;
      await call(id, 304, { params, headers: { 'if-none-match': held } });
      await call(id, 400, { params, query: '?x=1' });
      await call(id, 401, { params, stranger: true });
      await call(id, 404, missing);
    }
    await call('getAudio', 206, { params, headers: { range: 'bytes=0-9' } });
    await call('getAudio', 416, { params, headers: { range: 'bytes=999999-' } });
    const other = form(await tone(480), {}, 'other.wav');
    await call('replaceAudio', 401, { params, stranger: true, ...other });
    await call('replaceAudio', 404, { ...missing, ...other });
    await call('replaceAudio', 412, { params, body: other.body, headers: { ...other.headers, 'if-match': '"old"' } });
    await call('replaceAudio', 415, { params, ...form(Buffer.from('text')) });
    await call('replaceAudio', 422, { params, ...form(await tone(480), { sha256: 'a'.repeat(64) }) });
    await call('replaceAudio', 200, { params, ...other });
    await call('headAudio', 200, { params });
    await call('headAudio', 206, { params, headers: { range: 'bytes=0-9' } });
    await call('headAudio', 401, { params, stranger: true });
    await call('headAudio', 404, missing);
    await call('headAudio', 416, { params, headers: { range: 'bytes=999999-' } });
  });

  it('to a replacement of the recording is what the document says', async () => {
    const params = { kind: 'effects', id: 'described' };
    const bytes = await tone(470);
    const replaced = await call('replaceAudio', 200, { params, ...form(bytes, { sha256: sha256(bytes) }) });
    expect((await replaced.json()) as Sound).toMatchObject({ id: 'described', name: 'Changed', sha256: sha256(bytes) });
    await call('uploadSound', 201, { params, ...form(await tone(480), { id: 'neighbour' }) });
    await call('replaceAudio', 409, { params, ...form(await tone(480)) });
    await call('replaceAudio', 401, { params, ...form(bytes), stranger: true });
    await call('replaceAudio', 404, { params: { ...params, id: 'missing' }, ...form(bytes) });
    const { body, headers } = form(await tone(490));
    await call('replaceAudio', 412, { params, body, headers: { ...headers, 'if-match': '"other"' } });
    await call('replaceAudio', 403, { params, body, headers: { ...headers, origin: 'https://evil.example' } });
    await call('replaceAudio', 413, { params, ...form(await makeAudio({ format: 'wav', seconds: 2 })) });
    await call('replaceAudio', 415, { params, ...form(Buffer.from('text')) });
    await call('replaceAudio', 422, { params, ...form(await tone(500), { volume: '1' }) });
    const kept = await call('getAudio', 200, { params });
    expect(sha256(await kept.bytes())).toBe(sha256(bytes));
  });

  it('about voices and of speech is what the document says', async () => {
    const params = { id: 'embedded:slt' };
    const listed = (await call('listVoices', 200)).headers.get('etag')!;
    await call('listVoices', 304, { headers: { 'if-none-match': listed } });
    await call('listVoices', 200, { query: '?language=en&q=s' });
    await call('listVoices', 400, { query: '?x=1' });
    await call('listVoices', 401, { stranger: true });
    const held = (await call('getVoice', 200, { params })).headers.get('etag')!;
    await call('getVoice', 304, { params, headers: { 'if-none-match': held } });
    await call('getVoice', 401, { params, stranger: true });
    await call('getVoice', 404, { params: { id: 'embedded:nobody' } });
    await call('getVoicePreview', 200, { params });
    await call('getVoicePreview', 404, { params: { id: 'nobody' } });
    await call('speak', 200, { json: { text: 'Good evening.', voice: 'embedded:slt' } });
    await call('speak', 200, { json: { text: 'Good evening.', voice: 'embedded:slt', format: 'flac' } });
    await call('speak', 401, { json: { text: 'Good evening.', voice: 'embedded:slt' }, stranger: true });
    await call('speak', 404, { json: { text: 'Good evening.', voice: 'embedded:nobody' } });
    await call('speak', 415, { body: 'text' });
    await call('speak', 422, { json: { text: '', voice: 'embedded:slt' } });
    const input = 'Good evening.';
    await call('listVoicesAsOpenAi', 200);
    await call('listVoicesAsOpenAi', 401, { stranger: true });
    await call('speakAsOpenAi', 200, { json: { model: 'tts-1', input, voice: 'embedded:slt' } });
    await call('speakAsOpenAi', 200, { json: { input, voice: { id: 'embedded:slt' }, response_format: 'pcm' } });
    await call('speakAsOpenAi', 401, { json: { input, voice: 'embedded:slt' }, stranger: true });
    await call('speakAsOpenAi', 404, { json: { input, voice: 'alloy' } });
    await call('speakAsOpenAi', 415, { body: 'text' });
    await call('speakAsOpenAi', 422, { json: { input, voice: 'embedded:slt', speed: 5 } });
  });

  it('about books and of renders is what the document says', { timeout: 60_000 }, async () => {
    const json = { title: 'Described', script: '{{{voice:slt}}}Good evening. Good night.' };
    const created = await call('createAudiobook', 201, { json });
    const { id } = (await created.json()) as { id: string };
    const params = { id };
    const missing = { params: { id: '0'.repeat(32) } };
    const evil = { headers: { origin: 'https://evil.example' } };
    await call('createAudiobook', 400, { body: '{', headers: { 'content-type': 'application/json' } });
    await call('createAudiobook', 401, { json, stranger: true });
    await call('createAudiobook', 403, { json, ...evil });
    await call('createAudiobook', 415, { body: 'x' });
    await call('createAudiobook', 422, { json: { title: '' } });
    await call('listAudiobooks', 200, { query: '?limit=1' });
    await call('listAudiobooks', 400, { query: '?cursor=x' });
    await call('listAudiobooks', 401, { stranger: true });
    const etag = (await call('getAudiobook', 200, { params })).headers.get('etag')!;
    await call('getAudiobook', 304, { params, headers: { 'if-none-match': etag } });
    await call('getAudiobook', 401, { params, stranger: true });
    await call('getAudiobook', 404, missing);
    await call('patchAudiobook', 200, { params, json: { author: 'Somebody' } });
    await call('patchAudiobook', 404, { ...missing, json: {} });
    await call('patchAudiobook', 412, { params, json: {}, headers: { 'if-match': etag } });
    await call('patchAudiobook', 422, { params, json: { cast: { A: 'x' } } });
    await call('checkScript', 200, { json: { script: '{{{sfx:nothing}}}{{{bg:stop}}}' } });
    await call('checkScript', 401, { json: { script: '' }, stranger: true });
    await call('checkScript', 422, { json: {} });
    await call('getBookTimeline', 200, { params });
    await call('getBookTimeline', 404, missing);
    await call('previewAudiobook', 200, { params, query: '?start=0&end=1' });
    await call('previewAudiobook', 400, { params, query: '?start=1&end=1' });
    await call('previewAudiobook', 404, missing);
    await call('getPreviewTimeline', 200, { params, query: '?offset=0' });
    await call('getPreviewTimeline', 400, { params, query: '?offset=0&length=0' });
    await call('getPreviewTimeline', 404, { ...missing, query: '?offset=0' });
    await call('getSettings', 200);
    await call('getSettings', 401, { stranger: true });
    await call('putSettings', 200, { json: { gaps: { tail: 3 } } });
    await call('putSettings', 422, { json: { gaps: { tail: -3 } } });
    await call('putSettings', 401, { json: {}, stranger: true });
    await call('putSettings', 200, { json: {} });
    await call('createRender', 401, { params, json: {}, stranger: true });
    await call('createRender', 404, { ...missing, json: {} });
    await call('createRender', 422, { params, json: { format: 'ogg' } });
    const answer = await call('createRender', 202, { params, json: {} });
    const render = { params: { id: ((await answer.json()) as { id: string }).id } };
    await call('followRender', 200, render);
    await call('followRender', 404, missing);
    await expect
      .poll(async () => ((await (await call('getRender', 200, render)).json()) as { status: string }).status, {
        timeout: 30_000,
      })
      .toBe('completed');
    await call('getRender', 401, { ...render, stranger: true });
    await call('getRender', 404, missing);
    await call('listRenders', 200, { query: `?audiobook_id=${id}&status=completed` });
    await call('listRenders', 400, { query: '?status=done' });
    const held = (await call('getRenderAudio', 200, render)).headers.get('etag')!;
    await call('getRenderAudio', 206, { ...render, headers: { range: 'bytes=0-9' } });
    await call('getRenderAudio', 304, { ...render, headers: { 'if-none-match': held } });
    await call('getRenderAudio', 404, missing);
    await call('getRenderAudio', 409, { ...render, query: '?output=2' });
    await call('getRenderAudio', 416, { ...render, headers: { range: 'bytes=99999999-' } });
    await call('getRenderTimeline', 200, render);
    await call('getRenderTimeline', 404, missing);
    await call('pauseRender', 409, render);
    await call('pauseRender', 404, missing);
    await call('resumeRender', 409, render);
    await call('resumeRender', 404, missing);
    const again = {
      params: { id: ((await (await call('createRender', 202, { params, json: {} })).json()) as { id: string }).id },
    };
    // Long enough to be still under way when it is stopped.
    const script = `{{{voice:slt}}}${Array.from({ length: 60 }, (_, n) => `This is sentence number ${n}.`).join(' ')}`;
    const long = {
      id: ((await (await call('createAudiobook', 201, { json: { title: 'Long', script } })).json()) as { id: string })
        .id,
    };
    const begun = {
      params: {
        id: ((await (await call('createRender', 202, { params: long, json: {} })).json()) as { id: string }).id,
      },
    };
    await call('pauseRender', 200, begun);
    await call('resumeRender', 200, begun);
    await call('deleteRender', 200, begun);
    await call('deleteRender', 401, { ...render, stranger: true });
    await call('deleteRender', 204, render);
    await call('deleteRender', 404, render);
    await call('deleteAudiobook', 412, { params, headers: { 'if-match': etag } });
    await call('deleteAudiobook', 204, { params });
    await call('deleteAudiobook', 404, { params });
    await call('restoreAudiobook', 200, { params });
    await call('restoreAudiobook', 404, { params });
    await call('getRender', 200, again);
  });

  it('about the cache and the system is what the document says', async () => {
    await call('getCacheStatus', 200);
    await call('getCacheStatus', 401, { stranger: true });
    await call('clearCache', 200, { query: '?tag=sounds:effects' });
    await call('clearCache', 200);
    await call('clearCache', 400, { query: '?tag=' });
    await call('clearCache', 401, { stranger: true });
    await call('getSystem', 200);
    await call('getSystem', 401, { stranger: true });
    await call('followSystem', 200);
    await call('followSystem', 401, { stranger: true });
  });

  it('about memory is what the document says', async () => {
    await call('getMemory', 200, { query: '?hours=24&points=100' });
    await call('getMemory', 400, { query: '?hours=25' });
    await call('getMemory', 401, { stranger: true });
    await call('optimizeMemory', 200);
    await call('optimizeMemory', 429);
    await call('optimizeMemory', 401, { stranger: true });
    await call('writeHeapSnapshot', 201);
    await call('writeHeapSnapshot', 401, { stranger: true });
  });

  it('to a deletion and what follows is what the document says', async () => {
    const params = { kind: 'effects', id: 'described' };
    const missing = { params: { ...params, id: 'missing' } };
    await call('deleteSound', 412, { params, headers: { 'if-match': '"other"' } });
    await call('deleteSound', 401, { params, stranger: true });
    await call('deleteSound', 403, { params, headers: { 'sec-fetch-site': 'same-site' } });
    await call('deleteSound', 404, missing);
    await call('deleteSound', 204, { params });
    await call('restoreSound', 401, { params, stranger: true });
    await call('restoreSound', 200, { params });
    await call('restoreSound', 404, missing);
    await call('restoreSound', 409, { params });
  });

  it('about the starter pack is what the document says', { timeout: 180_000 }, async () => {
    const state = async () => (await (await call('getStarterPack', 200)).json()) as StarterPackState;
    expect(await state()).toEqual({ status: 'incomplete', done: 0, total: PACK.length });
    await call('getStarterPack', 401, { stranger: true });
    await call('getStarterPack', 400, { query: '?x=1' });
    await call('addStarterPack', 401, { stranger: true });
    await call('addStarterPack', 403, { headers: { 'sec-fetch-site': 'cross-site' } });
    // Sounds of its ids count as they are, so that only one has to be made, and a small one.
    for (const [i, { kind, name }] of PACK.entries()) {
      if (name === 'camera_click') continue;
      await call('uploadSound', 201, { params: { kind }, ...form(await tone(1000 + 10 * i), { id: name }) });
    }
    await call('addStarterPack', 202);
    await expect.poll(async () => (await state()).status, { timeout: 120_000 }).toBe('complete');
    await call('addStarterPack', 200);
  });

  it('is known of every documented operation, in each of its successes', () => {
    const successes = described().flatMap(({ operation }) =>
      Object.keys(operation.responses)
        .filter(status => Number(status) < 400)
        .map(status => `${operation.operationId} ${status}`),
    );
    // HEAD answers 304 as GET does, from the same code.
    const wanted = successes.filter(success => success !== 'headAudio 304');
    expect(wanted.filter(success => !called.has(success))).toEqual([]);
  });
});

describe('the table of operations and rights', () => {
  const app = path.join(import.meta.dirname, '../app');
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).map(file => file.replaceAll(path.sep, '/'));
  /** A folder in parentheses groups pages and is no part of their address. */
  const templateOf = (file: string) => {
    const folders = file
      .split('/')
      .slice(0, -1)
      .filter(folder => !/^\(.*\)$/.test(folder));
    return `/${folders.join('/')}`.replaceAll(/\[(\w+)\]/g, '{$1}');
  };
  const CATCH_ALL = ['/api/[...unknown]', '/v1/[...unknown]'];

  /** The scrape stands where Prometheus looks for it. */
  const isCall = (file: string) => /^(api|v1)\//.test(file) || file === 'metrics/route.ts';

  it('has exactly the routes and methods of the tree under app/api and app/v1, and the metrics', () => {
    const inTree = files
      .filter(file => isCall(file) && file.endsWith('/route.ts') && !CATCH_ALL.includes(templateOf(file)))
      .flatMap(file => {
        const source = readFileSync(path.join(app, file), 'utf8');
        const handlers = /route\(\s*\{([^]*)\}/.exec(source)?.[1] ?? '';
        const methods = [...handlers.matchAll(/^ {2,4}([A-Z]+): endpoint\(\s*OPERATIONS\.(\w+)/gm)];
        expect(methods.length, `${file} exports its handlers through route()`).toBeGreaterThan(0);
        // Each handler stands under the path and method of the operation that it is made with.
        for (const [, method, name] of methods) {
          expect(OPERATIONS[name as keyof typeof OPERATIONS], file).toMatchObject({ method, path: templateOf(file) });
        }
        return methods.map(match => `${match[1]} ${templateOf(file)}`);
      });
    const inTable = (Object.values(OPERATIONS) as Operation[]).map(({ method, path: at }) => `${method} ${at}`);
    expect(inTree.sort()).toEqual(inTable.sort());
  });

  it('has exactly the pages and forms of the rest of the tree', () => {
    const inTree = files.filter(file => !isCall(file) && /(^|\/)(page\.tsx|route\.ts)$/.test(file)).map(templateOf);
    expect(inTree.sort()).toEqual(Object.keys(PAGE_RIGHTS).sort());
  });

  it('names known rights, and lets only the door and the pulse be public', () => {
    const rights = [
      ...(Object.values(OPERATIONS) as Operation[]).map(o => [o.path, o.right]),
      ...Object.entries(PAGE_RIGHTS),
    ];
    for (const [, right] of rights) expect(RIGHTS).toContain(right);
    const open = rights.filter(([, right]) => right === 'public').map(([at]) => at);
    expect(open.sort()).toEqual(['/api/health', '/api/login', '/api/logout', '/login', '/login/form', '/logout/form']);
  });
});
