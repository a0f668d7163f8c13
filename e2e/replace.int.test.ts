import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { sound as soundSchema, type Sound } from '#lib/sounds/sound.ts';
import {
  expectProblem,
  listed,
  multipart,
  namedFields,
  sendJson,
  sha256,
  uploaded,
  type UploadInput,
} from './support/client.ts';
import { contentsOf, expectNothingHalfDone } from './support/data-folder.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
afterEach(() => expectNothingHalfDone(server.dataDir));

let serial = 0;
function fresh(seconds = 0.05): Promise<Uint8Array<ArrayBuffer>> {
  const frequency = 200 + (serial += 7);
  const signal = (time: number) => 0.5 * Math.sin(2 * Math.PI * frequency * time);
  return makeAudio({ format: 'wav', seconds, channels: 1, signal });
}

const addressOf = ({ kind, id }: Pick<Sound, 'kind' | 'id'>) => `${server.url}/api/sounds/${kind}/${id}`;

function replace(
  sound: Pick<Sound, 'kind' | 'id'>,
  { bytes, filename = 'new.wav', fields = {}, headers = {} }: UploadInput,
): Promise<Response> {
  const form = multipart([
    ...Object.entries(fields).map(([name, content]) => ({ name, content })),
    { name: 'audio_file', filename, content: bytes },
  ]);
  return fetch(`${addressOf(sound)}/audio`, {
    method: 'PUT',
    body: form.body,
    headers: { ...form.headers, ...headers },
  });
}

async function read(sound: Pick<Sound, 'kind' | 'id'>): Promise<{ sound: Sound; etag: string }> {
  const response = await fetch(addressOf(sound));
  expect(response.status).toBe(200);
  return { sound: (await response.json()) as Sound, etag: response.headers.get('etag')! };
}

async function bytesOf(sound: Pick<Sound, 'kind' | 'id'>): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`${addressOf(sound)}/audio`)).arrayBuffer());
}

describe('a replaced recording', () => {
  it('is measured anew under the old id, with the old settings', async () => {
    const old = await uploaded(server, {
      bytes: await fresh(0.5),
      fields: { id: 'door', name: 'Door', tags: 'wood', volume: '0.5', fade_in: '0.1', start_at: '0.05' },
    });
    const before = await read(old);
    const bytes = await fresh(0.25);
    const response = await replace(old, { bytes, filename: 'Door again.wav' });
    expect(response.status).toBe(200);
    const now = soundSchema.parse(await response.json());
    expect(now).toEqual({
      ...old,
      length: 0.25,
      size: bytes.byteLength,
      sha256: sha256(bytes),
      peak_dbfs: now.peak_dbfs,
      loudness_lufs: null,
      original_filename: 'Door again.wav',
      updated_at: now.updated_at,
      audio_url: `/api/sounds/effects/door/audio?v=${sha256(bytes)}`,
      waveform_url: `/api/sounds/effects/door/waveform.webp?v=${sha256(bytes)}`,
    });
    expect(now.updated_at >= old.updated_at).toBe(true);
    expect(response.headers.get('etag')).not.toBe(before.etag);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('server-timing')).toMatch(/^receive;dur=[\d.]+, analyse;dur=[\d.]+, store;dur=[\d.]+$/);
    expect(await read(old)).toEqual({ sound: now, etag: response.headers.get('etag') });
    expect(await bytesOf(old)).toEqual(new Uint8Array(bytes));
    expect((await listed(server, 'effects', '?max_length=0.3&q=door')).items).toEqual([now]);
    expect((await listed(server, 'effects', '?min_length=0.4&q=door')).items).toEqual([]);
    for (const part of ['audio', 'peaks', 'waveform.webp']) {
      const stale = await fetch(`${addressOf(old)}/${part}?v=${old.sha256}`);
      expect(stale.headers.get('cache-control'), part).toBe('private, no-cache');
      const right = await fetch(`${addressOf(old)}/${part}?v=${now.sha256}`);
      expect(right.headers.get('cache-control'), part).toContain('immutable');
      await Promise.all([stale.body?.cancel(), right.body?.cancel()]);
    }
  });

  it('loses the trim edges that lie beyond it, and only these', async () => {
    const old = await uploaded(server, { bytes: await fresh(0.5), fields: { start_at: '0.1', end_at: '0.4' } });
    const shorter = (await (await replace(old, { bytes: await fresh(0.3) })).json()) as Sound;
    expect(shorter).toMatchObject({ start_at: 0.1, end_at: null, length: 0.3 });
    await sendJson(server, 'PATCH', `/api/sounds/effects/${old.id}`, { end_at: 0.2 });
    expect(await (await replace(old, { bytes: await fresh(0.2) })).json()).toMatchObject({
      start_at: 0.1,
      end_at: 0.2,
    });
    expect(await (await replace(old, { bytes: await fresh(0.1) })).json()).toMatchObject({
      start_at: null,
      end_at: null,
    });
  });

  it('may be the same bytes again, or those of another sound where that is said', async () => {
    const [mine, other] = [await fresh(), await fresh()];
    const sound = await uploaded(server, { bytes: mine });
    const twin = await uploaded(server, { bytes: other });
    expect((await replace(sound, { bytes: mine })).status).toBe(200);
    const problem = await expectProblem(await replace(sound, { bytes: other }), 409, 'sound.duplicate');
    expect(problem['id']).toBe(twin.id);
    expect((await read(sound)).sound.sha256).toBe(sha256(mine));
    expect((await replace(sound, { bytes: other, fields: { allow_duplicate: 'true' } })).status).toBe(200);
    expect((await read(sound)).sound.sha256).toBe(sha256(other));
  });
});

describe('a replacement that is refused leaves the old recording', () => {
  async function expectUntouched(attempt: (sound: Sound) => Promise<void>): Promise<void> {
    const bytes = await fresh();
    const before = await read(await uploaded(server, { bytes }));
    const folder = contentsOf(server.dataDir);
    await attempt(before.sound);
    expect(await read(before.sound)).toEqual(before);
    expect(await bytesOf(before.sound)).toEqual(new Uint8Array(bytes));
    expect(contentsOf(server.dataDir)).toEqual(folder);
  }

  it('where the file is no audio, damaged or empty', () =>
    expectUntouched(async sound => {
      const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
      await expectProblem(await replace(sound, { bytes: png }), 415, 'audio.unsupported');
      await expectProblem(await replace(sound, { bytes: new Uint8Array() }), 415, 'audio.empty');
      const flac = await makeAudio({ format: 'flac', seconds: 1, channels: 1, signal: () => Math.random() - 0.5 });
      await expectProblem(await replace(sound, { bytes: flac.slice(0, 3000) }), 415, 'audio.damaged');
    }));

  it('where the hash does not fit, or a field is none of a replacement', () =>
    expectUntouched(async sound => {
      const bytes = await fresh();
      const wrong = await replace(sound, { bytes, fields: { sha256: 'a'.repeat(64) } });
      await expectProblem(wrong, 422, 'upload.hash_mismatch');
      const fields = { name: 'New', id: 'new', allow_duplicate: 'perhaps' };
      const problem = await expectProblem(await replace(sound, { bytes, fields }), 422, 'upload.invalid');
      expect(namedFields(problem).sort()).toEqual(['allow_duplicate', 'id', 'name']);
    }));

  it('where it was changed since the version that is named', () =>
    expectUntouched(async sound => {
      const answer = await replace(sound, { bytes: await fresh(), headers: { 'if-match': '"0.0"' } });
      await expectProblem(answer, 412, 'sound.precondition_failed');
    }));

  it('where there is no such sound, or no longer', async () => {
    const bytes = await fresh();
    await expectProblem(await replace({ kind: 'effects', id: 'nothing' }, { bytes }), 404, 'sound.not_found');
    const sound = await uploaded(server, { bytes });
    expect((await fetch(addressOf(sound), { method: 'DELETE' })).status).toBe(204);
    await expectProblem(await replace(sound, { bytes: await fresh() }), 404, 'sound.not_found');
  });
});

describe('what happens at once', () => {
  it('lets one of several replacements of the same version through', async () => {
    const sound = await uploaded(server, { bytes: await fresh() });
    const { etag } = await read(sound);
    const all = await Promise.all([fresh(), fresh(), fresh(), fresh()]);
    const answers = await Promise.all(all.map(bytes => replace(sound, { bytes, headers: { 'if-match': etag } })));
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 412, 412, 412]);
    const winner = answers.find(answer => answer.status === 200)!;
    expect(await winner.json()).toEqual((await read(sound)).sound);
    const won = all[answers.indexOf(winner)]!;
    expect(await bytesOf(sound)).toEqual(new Uint8Array(won));
  });

  it('lets a reader of the old recording read it to its end', async () => {
    const bytes = noiseWav(8 * 1024 * 1024);
    const sound = await uploaded(server, { bytes });
    const request = httpRequest(`${addressOf(sound)}/audio`, { agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    const iterator = response.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
    chunks.push((await iterator.next()).value as Buffer);
    expect((await replace(sound, { bytes: await fresh() })).status).toBe(200);
    for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) chunks.push(chunk as Buffer);
    expect(sha256(Buffer.concat(chunks))).toBe(sound.sha256);
  });

  it('gives every reader a whole recording under its own hash', async () => {
    const sound = await uploaded(server, { bytes: await fresh() });
    let over = false;
    const readers = Array.from({ length: 4 }, async () => {
      for (let reads = 0; !over || reads < 5; reads += 1) {
        const response = await fetch(`${addressOf(sound)}/audio`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        expect(response.status).toBe(200);
        expect(response.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
      }
    });
    for (let i = 0; i < 20; i += 1) expect((await replace(sound, { bytes: await fresh() })).status).toBe(200);
    over = true;
    await Promise.all(readers);
  });
});
