import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import {
  expectProblem,
  listed,
  rawRequest,
  multipart,
  sendThenRead,
  sha256,
  upload,
  uploaded,
} from './support/client.ts';
import { contentsOf, expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

const LIMIT = 52_428_800;
const ROUNDS = process.env['TEST_LONG'] === '1' ? 20 : 1;
const CLIENTS = 50;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
afterEach(() => expectNothingHalfDone(server.dataDir));

let serial = 0;
function fresh(): Promise<Uint8Array<ArrayBuffer>> {
  const frequency = 200 + (serial += 7);
  return makeAudio({ format: 'wav', seconds: 0.2, signal: time => 0.5 * Math.sin(2 * Math.PI * frequency * time) });
}

/** The one answer that is 201, after all others were the given problem. */
async function onlyWinner(answers: readonly Response[], code: string): Promise<Sound> {
  const winners = answers.filter(answer => answer.status === 201);
  const losers = answers.filter(answer => answer.status !== 201);
  expect(winners.length).toBe(1);
  const winner = (await winners[0]!.json()) as Sound;
  for (const loser of losers) {
    const problem = await expectProblem(loser, 409, code);
    if (code === 'sound.duplicate') expect(problem['id']).toBe(winner.id);
  }
  return winner;
}

describe(`${CLIENTS} clients at once`, () => {
  it('with the same bytes have one winner; the others learn its id', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = contentsOf(server.dataDir).rows.length;
      const bytes = await fresh();
      const answers = await Promise.all(
        Array.from({ length: CLIENTS }, (_, i) => upload(server, { bytes, filename: `same ${round} ${i}.wav` })),
      );
      const winner = await onlyWinner(answers, 'sound.duplicate');
      expect((await listed(server, 'effects', `?q=same_${round}_`)).total).toBe(1);
      expect(contentsOf(server.dataDir).rows.length).toBe(before + 1);
      expect(sha256(await (await fetch(server.url + winner.audio_url)).bytes())).toBe(sha256(bytes));
    }
  });

  it('with the same id and other bytes have one winner, and nobody overwrites it', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = contentsOf(server.dataDir).rows.length;
      const files = await Promise.all(Array.from({ length: CLIENTS }, fresh));
      const id = `contested-${round}`;
      const answers = await Promise.all(files.map(bytes => upload(server, { bytes, fields: { id } })));
      const won = answers.findIndex(answer => answer.status === 201);
      const winner = await onlyWinner(answers, 'sound.id_taken');
      expect(winner).toMatchObject({ id, sha256: sha256(files[won]!) });
      expect(contentsOf(server.dataDir).rows.length).toBe(before + 1);
      expect(await (await fetch(`${server.url}/api/sounds/effects/${id}`)).json()).toEqual(winner);
      expect(sha256(await (await fetch(server.url + winner.audio_url)).bytes())).toBe(winner.sha256);
    }
  });

  it('with the same file name and other bytes all get in, each under an id of its own', async () => {
    const files = await Promise.all(Array.from({ length: CLIENTS }, fresh));
    const sounds = await Promise.all(files.map(bytes => uploaded(server, { bytes, filename: 'Crowd.wav' })));
    const numbers = Array.from({ length: CLIENTS }, (_, i) => (i === 0 ? 'crowd' : `crowd-${i + 1}`));
    expect(sounds.map(sound => sound.id).sort()).toEqual(numbers.sort());
  });
});

describe('a large file', () => {
  /** A WAV of exactly so many bytes, cheap to make: a second of tone, over and over. */
  async function wavOf(size: number): Promise<Buffer> {
    const second = Buffer.from(await makeAudio({ format: 'wav', seconds: 1 })).subarray(44);
    const wav = Buffer.alloc(size);
    const [head] = [Buffer.from(await makeAudio({ format: 'wav', seconds: 0 }))];
    head.copy(wav);
    wav.writeUInt32LE(size - 8, 4);
    wav.writeUInt32LE(size - 44, 40);
    for (let at = 44; at < size; at += second.length) second.copy(wav, at);
    return wav;
  }

  it('of exactly the limit comes back bit by bit; one byte more is refused, with and without a length', async () => {
    const bytes = await wavOf(LIMIT);
    const sound = await uploaded(server, { bytes, fields: { sha256: sha256(bytes) } });
    expect(sound).toMatchObject({ size: LIMIT, sha256: sha256(bytes), length: (LIMIT - 44) / 4 / 44_100 });
    const back = await fetch(server.url + sound.audio_url);
    expect(back.headers.get('content-length')).toBe(String(LIMIT));
    expect(sha256(await back.bytes())).toBe(sha256(bytes));
    const end = await fetch(server.url + sound.audio_url, { headers: { range: 'bytes=-1000' } });
    expect(Buffer.from(await end.bytes()).equals(bytes.subarray(-1000))).toBe(true);

    const more = Buffer.concat([bytes, Uint8Array.of(0)]);
    await expectProblem(await upload(server, { bytes: more }), 413, 'upload.too_large');
    const form = multipart([{ name: 'audio_file', filename: 'more.wav', content: more }]);
    function* pieces() {
      for (let at = 0; at < form.body.length; at += 65_536) yield form.body.subarray(at, at + 65_536);
    }
    const chunked = { method: 'POST', path: '/api/sounds/effects', headers: form.headers, body: pieces() };
    expect(await rawRequest(server, chunked)).toMatchObject({ status: 413 });
  });

  it('that is refused early says why to a client that sends all of it before it reads', async () => {
    const parts = (content: Uint8Array) => multipart([{ name: 'audio_file', filename: 'a.wav', content }]);
    for (const [size, status] of [
      // By its first bytes, while the rest is still on its way; and by its length, before any of it is read.
      [20_000_000, 415],
      [60_000_000, 413],
    ] as const) {
      const { body, headers } = parts(Buffer.alloc(size, 'text '));
      const head = `POST /api/sounds/effects HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${headers['content-type']}\r\n`;
      const request = Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
      expect(await sendThenRead(server, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });
});
