import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import type { AudiobookList, ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { PACK } from '#lib/starter/pack.ts';
import { SAMPLE_BOOK, SAMPLE_BOOK_ID } from '#lib/starter/sample-book.ts';
import { rendered } from './support/books.ts';
import { listed, sendJson, sha256, uploaded, type Target } from './support/client.ts';
import { expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

const WITH = { STARTER_PACK: 'true' };
/** A loaded machine makes a few seconds of computing a minute. */
const TIMEOUT = 180_000;

const names = (kind: Sound['kind']) =>
  PACK.filter(sound => sound.kind === kind)
    .map(({ name }) => name as string)
    .sort();

let dataDir = '';
beforeEach(async () => void (dataDir = await mkdtemp(path.join(tmpdir(), 'talk2me-starter-'))));
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function soundsOf(server: Target): Promise<Sound[]> {
  const [effects, beds] = await Promise.all([
    listed(server, 'effects', '?limit=200'),
    listed(server, 'background', '?limit=200'),
  ]);
  return [...effects.items, ...beds.items];
}

/** `begun` or `over`; undefined before either. */
function note(): string | undefined {
  try {
    return (JSON.parse(readFileSync(path.join(dataDir, 'starter-pack.json'), 'utf8')) as { state: string }).state;
  } catch {
    return undefined;
  }
}

async function untilOver(): Promise<void> {
  await expect.poll(note, { timeout: TIMEOUT, interval: 200 }).toBe('over');
}

async function expectWholePack(server: TestServer): Promise<Sound[]> {
  const sounds = await soundsOf(server);
  const ids = (kind: Sound['kind']) =>
    sounds
      .filter(sound => sound.kind === kind)
      .map(({ id }) => id)
      .sort();
  expect(ids('effects')).toEqual(names('effects'));
  expect(ids('background')).toEqual(names('background'));
  await expectNothingHalfDone(dataDir);
  return sounds;
}

async function titlesOf(server: Target): Promise<string[]> {
  const { items } = (await (await fetch(`${server.url}/api/audiobooks`)).json()) as AudiobookList;
  return items.map(({ title }) => title);
}

describe('the starter pack', () => {
  it(
    'arrives in an empty library while the server answers, with a book that plays it, and stays away once it is deleted',
    { timeout: 2 * TIMEOUT },
    async () => {
      await using server = await startServer({ dataDir, env: WITH });
      const seen = new Set<number>();
      let answers = 0;
      while (note() !== 'over') {
        const health = await fetch(`${server.url}/api/health`, { signal: AbortSignal.timeout(10_000) });
        expect(health.status).toBe(200);
        await health.body?.cancel();
        answers += 1;
        seen.add((await soundsOf(server)).length);
      }
      expect(answers).toBeGreaterThan(5);
      // One by one, not all at the end.
      expect(seen.size).toBeGreaterThan(5);

      const sounds = await expectWholePack(server);
      expect(sounds.length).toBeGreaterThanOrEqual(24);
      for (const sound of sounds) {
        expect(sound).toMatchObject({
          license: 'CC0 1.0',
          attribution: 'Talk2Me starter pack',
          content_type: 'audio/wav',
        });
        expect(sound.length).toBeLessThan(15);
        expect(sound.category).not.toBeNull();
        expect(sound.peak_dbfs).toBeLessThanOrEqual(-0.99);
        if (sound.kind === 'background') expect(sound).toMatchObject({ loop: true, crossfade: 0 });
      }
      const rain = sounds.find(({ id }) => id === 'rain')!;
      expect(rain.loudness_lufs).toBeCloseTo(-24, 0);
      const audio = await fetch(`${server.url}${rain.audio_url}`);
      expect(sha256(new Uint8Array(await audio.arrayBuffer()))).toBe(rain.sha256);
      const lines = server.logs().filter(line => line['msg'] === 'starter pack');
      expect(lines.map(line => line['done'])).toEqual(PACK.map((_, n) => n + 1));

      const { script, cast } = SAMPLE_BOOK;
      const check = await sendJson(server, 'POST', '/api/scripts/check', { script, cast });
      expect(((await check.json()) as ScriptReport).diagnostics).toEqual([]);
      const render = await rendered(server, SAMPLE_BOOK_ID);
      expect(render.length).toBeGreaterThan(90);
      expect(render.length).toBeLessThan(150);
      // The levels of its sounds leave the limiter next to nothing to do.
      expect(render.outputs[0]!.limited_db).toBeLessThan(1);

      const paths = [...sounds.map(({ kind, id }) => `sounds/${kind}/${id}`), `audiobooks/${SAMPLE_BOOK_ID}`];
      for (const one of paths) {
        expect((await fetch(`${server.url}/api/${one}`, { method: 'DELETE' })).status).toBe(204);
      }
      await server.stop();
      await using again = await startServer({ dataDir, env: WITH });
      // Its last words about the pack would be in the log before the answer to a request that came later.
      await expect.poll(() => again.logs().some(line => line['msg'] === 'started')).toBe(true);
      expect(await soundsOf(again)).toEqual([]);
      expect(await titlesOf(again)).toEqual([]);
      expect(again.output()).not.toContain('starter pack is being made');
    },
  );

  it('is completed by the next start when the server is killed in the middle', { timeout: 2 * TIMEOUT }, async () => {
    await using server = await startServer({ dataDir, env: WITH });
    await expect
      .poll(async () => (await soundsOf(server)).length, { timeout: TIMEOUT, interval: 50 })
      .toBeGreaterThan(8);
    await server.kill9();
    expect(note()).toBe('begun');

    await using again = await startServer({ dataDir, env: WITH });
    expect((await soundsOf(again)).length).toBeGreaterThan(8);
    expect(await titlesOf(again)).toEqual([SAMPLE_BOOK.title]);
    await untilOver();
    await expectWholePack(again);
  });

  it(
    'leaves a library alone that has sounds, and one whose operator does not want it',
    { timeout: TIMEOUT },
    async () => {
      {
        await using server = await startServer({ dataDir, env: { STARTER_PACK: 'false' } });
        await uploaded(server, { bytes: await makeAudio({ format: 'wav', seconds: 0.5 }), filename: 'own.wav' });
        expect(note()).toBeUndefined();
      }
      await using server = await startServer({ dataDir, env: WITH });
      await untilOver();
      expect((await soundsOf(server)).map(({ id }) => id)).toEqual(['own']);
      expect(await titlesOf(server)).toEqual([]);
    },
  );

  it('does not hold up the end of the server', { timeout: TIMEOUT }, async () => {
    await using server = await startServer({ dataDir, env: WITH });
    await expect.poll(note, { timeout: TIMEOUT }).toBe('begun');
    process.kill(server.pid, 'SIGTERM');
    expect(await server.ended).toBeOneOf([0, 143]);
    await using again = await startServer({ dataDir, env: { STARTER_PACK: 'false' } });
    await expectNothingHalfDone(dataDir);
    expect(again.output()).not.toContain('"level":"error"');
  });
});
