import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sound } from '#lib/sounds/sound.ts';
import { DATABASE_FILE } from '#lib/storage/database.ts';
import { SqliteConnection } from '#lib/storage/sqlite.ts';
import { listed, multipart, rawRequest, sendJson, sha256, upload, uploaded, type RawAnswer } from './support/client.ts';
import { contentsOf, expectNothingHalfDone, tree } from './support/data-folder.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';
import { mountSmallDisk, type SmallDisk } from './support/small-disk.ts';

const LONG = process.env['TEST_LONG'] === '1';
const CLIENTS = 8;
const KIB = 1024;
const MIB = 1024 * KIB;
const NOTHING = { temporary: [], orphans: [], missing: [], pending: [] };

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-durability-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** All live sounds of the kind. */
async function everySound(server: TestServer): Promise<Sound[]> {
  const items: Sound[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const list = await listed(server, 'effects', `?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...list.items);
    cursor = list.next_cursor;
  }
  return items;
}

/** That a sound is whole: its bytes have the size and the hash that it tells, and its peaks and picture are there. */
async function expectWhole(server: TestServer, sound: Sound): Promise<void> {
  const audio = await fetch(server.url + sound.audio_url);
  const bytes = new Uint8Array(await audio.arrayBuffer());
  expect([audio.status, bytes.byteLength, sha256(bytes)]).toEqual([200, sound.size, sound.sha256]);
  const peaks = await fetch(`${server.url}/api/sounds/effects/${sound.id}/peaks`);
  const { length, data } = (await peaks.json()) as { length: number; data: number[] };
  expect(length).toBeGreaterThan(0);
  expect(data).toHaveLength(length * 2);
  const picture = await fetch(server.url + sound.waveform_url);
  expect(Buffer.from(await picture.arrayBuffer()).toString('latin1', 8, 12)).toBe('WEBP');
}

/** As {@link expectNothingHalfDone}, but at once: a start answers nothing before it has swept. */
function halfDone(dataDir: string) {
  const { temporary, blobs, rows, pending } = contentsOf(dataDir);
  const orphans = blobs.filter(key => !rows.includes(key));
  const missing = rows.filter(key => !blobs.includes(key));
  return { temporary, orphans, missing, pending };
}

function onDatabase<T>(dataDir: string, work: (database: SqliteConnection) => T): T {
  const database = new SqliteConnection(path.join(dataDir, DATABASE_FILE), DATABASE_FILE);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function expectSoundDatabase(dataDir: string): void {
  onDatabase(dataDir, database => {
    expect(database.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(database.all('pragma foreign_key_check')).toEqual([]);
  });
}

/** Looks at every turn of the event loop, so that a short moment is not missed. */
async function until(condition: () => boolean, ms = 20_000): Promise<void> {
  for (const deadline = performance.now() + ms; !condition();) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${String(condition)}`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Bytes under `tmp/`, as far as they can be seen while it changes. */
function temporaryBytes(dataDir: string): number {
  return filesUnder(path.join(dataDir, 'tmp')).reduce((sum, file) => sum + sizeOf(file), 0);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

describe('kill -9 during eight parallel uploads', () => {
  const rounds = LONG ? 200 : 20;

  it(
    `loses nothing that was acknowledged and shows nothing half-done, ${rounds} times`,
    { timeout: rounds * 30_000 },
    async () => {
      await using place = await temporaryFolder();
      const dataDir = place.folder;
      /** Hash by id, as the client heard of it. */
      const acknowledged = new Map<string, string>();
      const checked = new Set<string>();
      // What the kills left, to see that they came at every stage.
      const left = { temporary: 0, pending: 0, orphans: 0 };

      for (let round = 0; round <= rounds; round += 1) {
        await using server = await startServer({ dataDir });
        expect(halfDone(dataDir)).toEqual(NOTHING);
        // One folder at most, that of the living instance.
        expect(tree(dataDir).filter(name => /^tmp\/.*\/$/.test(name)).length).toBeLessThanOrEqual(1);
        expectSoundDatabase(dataDir);
        const sounds = new Map((await everySound(server)).map(sound => [sound.id, sound]));
        for (const [id, hash] of acknowledged) expect(sounds.get(id)?.sha256, `acknowledged ${id}`).toBe(hash);
        for (const [id, sound] of sounds) {
          if (checked.has(id)) continue;
          await expectWhole(server, sound);
          checked.add(id);
        }
        if (round === rounds) break;

        let answers = 0;
        let killed = false;
        const clients = Array.from({ length: CLIENTS }, async (_, client) => {
          while (!killed) {
            const bytes = noiseWav(20 * KIB + Math.floor(Math.random() * 500 * KIB));
            const id = `r${round}-c${client}-${checked.size}-${answers}`;
            const response = await upload(server, { bytes, fields: { id } }).catch(() => undefined);
            if (response === undefined) return;
            if (response.status === 201) acknowledged.set(id, sha256(bytes));
            else if (!killed) expect.unreachable(`${response.status} ${await response.text()}`);
            answers += 1;
            await response.body?.cancel().catch(() => undefined);
          }
        });
        const blobsBefore = filesUnder(path.join(dataDir, 'blobs')).length;
        const some = 1 + Math.floor(Math.random() * CLIENTS);
        const moments = [
          // While files are opened and received, and while they wait for their analysis and have it.
          () => filesUnder(path.join(dataDir, 'tmp')).length >= some,
          () => temporaryBytes(dataDir) >= some * 50 * KIB,
          // Right behind a commit of bytes, about when their row is written.
          () => filesUnder(path.join(dataDir, 'blobs')).length >= blobsBefore + some,
          () => answers >= some,
        ];
        await until(moments[round % moments.length]!);
        // A few milliseconds on, somewhere into what comes next.
        const later = performance.now() + Math.random() * 12;
        await until(() => performance.now() >= later);
        killed = true;
        await server.kill9();
        await Promise.all(clients);
        const { temporary, orphans, pending } = halfDone(dataDir);
        left.temporary += temporary.length;
        left.orphans += orphans.length;
        left.pending += pending.length;
      }
      console.log(
        `kill -9: ${acknowledged.size} acknowledged, ${checked.size} stored; left to the sweep ${JSON.stringify(left)}`,
      );
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(left.temporary).toBeGreaterThan(0);
    },
  );
});

describe('a client that goes away', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('half-way, among many at once, leaves no temporary file, row or blob', async () => {
    const form = multipart([
      { name: 'name', content: 'Cut off' },
      { name: 'audio_file', filename: 'cut.wav', content: noiseWav(600 * KIB) },
    ]);
    const request = Buffer.concat([
      Buffer.from(
        `POST /api/sounds/effects HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
          `Content-Type: ${form.headers['content-type']}\r\nContent-Length: ${form.body.byteLength}\r\n\r\n`,
      ),
      form.body,
    ]);
    const many = LONG ? 600 : 60;
    const sockets: Socket[] = [];
    const gone = Array.from({ length: many }, async (_, n) => {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      socket.resume();
      // From right behind the request's line to one byte before its end.
      const length = Math.min(request.byteLength - 1, 40 + Math.floor((n / (many - 1)) * request.byteLength));
      await new Promise<void>(resolve => socket.write(request.subarray(0, length), () => resolve()));
      // Some at once, some when their file is already being written; with a reset or with a plain end.
      if (n % 3 === 0) await until(() => temporaryBytes(server.dataDir) > 0).catch(() => undefined);
      if (n % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    });
    await Promise.all(gone);
    await expectNothingHalfDone(server.dataDir);
    expect((await listed(server, 'effects')).total).toBe(0);
    expect(contentsOf(server.dataDir).rows).toEqual([]);
    await expectWhole(server, await uploaded(server, { bytes: noiseWav(50 * KIB) }));
    // Nobody's mistake but the client's: no line above "info" tells of it.
    expect(server.logs().filter(line => Number(line['level']) >= 50)).toEqual([]);
  });

  it('while its file is analysed leaves nothing either', async () => {
    const before = (await listed(server, 'effects')).total;
    const form = multipart([{ name: 'audio_file', filename: 'long.wav', content: noiseWav(20 * MIB) }]);
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    socket.write(
      `POST /api/sounds/effects HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
        `Content-Type: ${form.headers['content-type']}\r\nContent-Length: ${form.body.byteLength}\r\n\r\n`,
    );
    await new Promise<void>(resolve => socket.write(form.body, () => resolve()));
    await until(() => temporaryBytes(server.dataDir) >= 20 * MIB - 4 * KIB);
    socket.resetAndDestroy();
    await expectNothingHalfDone(server.dataDir);
    expect((await listed(server, 'effects')).total).toBe(before);
  });
});

const DISK_BYTES = 24 * MIB;
const disk = await mountSmallDisk(DISK_BYTES);

if (disk === undefined) {
  it.skip('a full disk (this process may not mount a small one; run the tests as root on Linux)');
} else {
  afterAll(() => disk[Symbol.asyncDispose]());
  describe('a full disk', () => fullDisk(disk));
}

function fullDisk(small: SmallDisk) {
  const FILE_BYTES = 2 * MIB;
  let server: TestServer;
  let first: Sound;

  beforeAll(async () => {
    server = await startServer({ dataDir: path.join(small.folder, 'data') });
    first = await uploaded(server, { bytes: noiseWav(300 * KIB), fields: { id: 'first' } });
  });
  afterAll(() => server.stop());

  /** Through `node:http`: the answer may come, and the connection end, before all of the body is sent. */
  function send(bytes: Buffer, id: string): Promise<RawAnswer> {
    const { body, headers } = multipart([
      { name: 'id', content: id },
      { name: 'audio_file', filename: `${id}.wav`, content: bytes },
    ]);
    const length = String(body.byteLength);
    return rawRequest(server, {
      method: 'POST',
      path: '/api/sounds/effects',
      headers: { ...headers, 'content-length': length },
      body,
    });
  }

  // What an upload needs beside its own bytes are some pages of the database's log; the last points are among those.
  const room = [
    0, 4 * KIB, 100 * KIB, MIB, FILE_BYTES - 4 * KIB, FILE_BYTES, FILE_BYTES + 4 * KIB, FILE_BYTES + 12 * KIB,
    FILE_BYTES + 24 * KIB, FILE_BYTES + 36 * KIB, FILE_BYTES + 48 * KIB, FILE_BYTES + 64 * KIB, FILE_BYTES + 96 * KIB,
    FILE_BYTES + 160 * KIB, FILE_BYTES + 512 * KIB,
  ]; // prettier-ignore

  it.each(room)(
    'with %i bytes left takes an upload whole or answers 507, and recovers when there is room',
    async left => {
      const id = `left-${left}`;
      const bytes = noiseWav(FILE_BYTES);
      small.leave(left);
      const answer = await send(bytes, id);
      expect(answer.status, answer.text).toBeOneOf([201, 507]);
      const fitted = answer.status === 201;
      if (!fitted) {
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'storage.full' });
        expect(left).toBeLessThan(FILE_BYTES + 512 * KIB);
      } else expect(left).toBeGreaterThanOrEqual(FILE_BYTES);

      // Still full: it lives, reads work, and what failed is nowhere.
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
      await expectWhole(server, first);
      const sounds = await everySound(server);
      expect(sounds.map(sound => sound.id).includes(id)).toBe(fitted);
      await expect.poll(() => ({ ...halfDone(server.dataDir), pending: [] })).toEqual(NOTHING);

      small.empty();
      const again = await uploaded(server, { bytes, fields: { id: `${id}-again`, allow_duplicate: 'true' } });
      expect(again.sha256).toBe(sha256(bytes));
      await expectNothingHalfDone(server.dataDir);
      expectSoundDatabase(server.dataDir);
      await removeAllBut(first.id);
    },
  );

  it('runs out of room under eight uploads at once, and each is taken whole or answered with 507', async () => {
    const recordings = Array.from({ length: CLIENTS }, () => noiseWav(FILE_BYTES / 4));
    small.leave(FILE_BYTES);
    const answers = await Promise.all(recordings.map((bytes, n) => send(bytes, `parallel-${n}`)));
    expect(answers.map(({ status }) => status).filter(status => status !== 201 && status !== 507)).toEqual([]);
    const taken = answers.flatMap(({ status }, n) => (status === 201 ? [`parallel-${n}`] : []));
    // Often none: as long as one is under way, its bytes take room from the others.
    expect(taken.length).toBeLessThan(CLIENTS);
    const sounds = (await everySound(server)).filter(sound => sound.id !== 'first');
    expect(sounds.map(sound => sound.id).sort()).toEqual(taken);
    for (const sound of sounds) await expectWhole(server, sound);
    small.empty();
    await removeAllBut('first');
  });

  it('answers 507 to every other change too, or makes it, and none is half made', async () => {
    small.leave(0);
    const before = (await everySound(server)).find(({ id }) => id === 'first');
    let expected = [before?.name, before?.tags];
    const statuses = new Set<number>();
    for (let n = 0; n < 40; n += 1) {
      const change = { name: `Name ${n}`, tags: [`tag ${n}`] };
      const patched = await sendJson(server, 'PATCH', '/api/sounds/effects/first', change);
      statuses.add(patched.status);
      await patched.body?.cancel();
      if (patched.status === 200) expected = [change.name, change.tags];
      const now = (await everySound(server)).find(({ id }) => id === 'first');
      expect([now?.name, now?.tags]).toEqual(expected);
    }
    expect([...statuses].filter(status => status !== 200)).toEqual([507]);
    small.empty();
    const patched = await sendJson(server, 'PATCH', '/api/sounds/effects/first', { name: 'First' });
    expect(patched.status).toBe(200);
  });

  it('has nothing to repair at the next start', async () => {
    small.leave(FILE_BYTES + 24 * KIB);
    await send(noiseWav(FILE_BYTES), 'last');
    await server.kill9();
    small.empty();
    server = await startServer({ dataDir: server.dataDir });
    expect(halfDone(server.dataDir)).toEqual(NOTHING);
    expectSoundDatabase(server.dataDir);
    for (const sound of await everySound(server)) await expectWhole(server, sound);
  });

  // An empty folder needs room for the lock, the database, and the index of its log, in this order.
  it.each([0, 4, 16, 32, 64, 128])('stops the start of a new library with %i KiB left, with a sentence', async left => {
    const dataDir = path.join(small.folder, `new-${left}`);
    small.leave(left * KIB);
    const failure = await startServer({ dataDir }).then(
      started => started.stop().then(() => 'started'),
      (error: Error) => error.message,
    );
    small.empty();
    expect(failure).toMatch(/^The server ended with 1\.[^]*The disk is full\. Free some space and try again\.\s*$/);
    await using again = await startServer({ dataDir });
    await expectWhole(again, await uploaded(again, { bytes: noiseWav(50 * KIB) }));
    await again.stop();
    await rm(dataDir, { recursive: true });
  });

  /** For good, so that the disk has the same room for each point. */
  async function removeAllBut(kept: string): Promise<void> {
    for (const { id } of await everySound(server)) {
      if (id !== kept)
        expect((await fetch(`${server.url}/api/sounds/effects/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    await server.stop();
    setDeletedAt(server.dataDir, { daysAgo: 31 });
    server = await startServer({ dataDir: server.dataDir });
    await expect.poll(() => contentsOf(server.dataDir).rows).toHaveLength(1);
    await expectNothingHalfDone(server.dataDir);
  }
}

/** While no server runs. All deleted sounds, or the one of this id. */
function setDeletedAt(dataDir: string, { daysAgo, id }: { daysAgo: number; id?: string }): void {
  const time = new Date(Date.now() - daysAgo * 24 * 3600 * 1000).toISOString();
  onDatabase(dataDir, database => {
    const sql = 'update sounds set deleted_at = ?1 where deleted_at is not null and (?2 is null or id = ?2)';
    database.run(sql, time, id ?? null);
  });
}

describe('a server that is asked to end', () => {
  it('ends within seconds though an upload is under way, and that upload leaves nothing', async () => {
    await using place = await temporaryFolder();
    await using server = await startServer({ dataDir: place.folder });
    await uploaded(server, { bytes: noiseWav(50 * KIB), fields: { id: 'before' } });
    const form = multipart([{ name: 'audio_file', filename: 'slow.wav', content: noiseWav(MIB) }]);
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    socket.write(
      `POST /api/sounds/effects HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
        `Content-Type: ${form.headers['content-type']}\r\nContent-Length: ${form.body.byteLength}\r\n\r\n`,
    );
    socket.write(form.body.subarray(0, 700 * KIB));
    // Not all that was sent: some is held back to be written at once.
    await until(() => temporaryBytes(place.folder) >= 100 * KIB);
    // It would be killed after ten seconds, which "SIGKILL" would tell. 143 = 128 + SIGTERM.
    expect(await server.stop('SIGTERM')).toBeOneOf([0, 143]);
    socket.destroy();

    await using again = await startServer({ dataDir: place.folder });
    expect(halfDone(place.folder)).toEqual(NOTHING);
    expect((await everySound(again)).map(sound => sound.id)).toEqual(['before']);
  });

  it('answers an upload that is nearly done before it ends', async () => {
    await using place = await temporaryFolder();
    await using server = await startServer({ dataDir: place.folder });
    const answer = upload(server, { bytes: noiseWav(10 * MIB), fields: { id: 'nearly' } });
    await until(() => temporaryBytes(place.folder) > 0);
    const ended = server.stop('SIGTERM');
    expect((await answer).status).toBe(201);
    expect(await ended).toBeOneOf([0, 143]);
    await using again = await startServer({ dataDir: place.folder });
    expect((await everySound(again)).map(sound => sound.id)).toEqual(['nearly']);
  });
});

describe('a deleted sound', () => {
  it('is gone with its recording at the first start after 30 days, and can be brought back until then', async () => {
    await using place = await temporaryFolder();
    const dataDir = place.folder;
    const recordings = { old: noiseWav(40 * KIB), young: noiseWav(50 * KIB) };
    {
      await using server = await startServer({ dataDir });
      for (const [id, bytes] of Object.entries(recordings)) {
        await uploaded(server, { bytes, fields: { id } });
        expect((await fetch(`${server.url}/api/sounds/effects/${id}`, { method: 'DELETE' })).status).toBe(204);
      }
      expect(contentsOf(dataDir).blobs).toHaveLength(2);
    }
    setDeletedAt(dataDir, { id: 'old', daysAgo: 30.01 });
    setDeletedAt(dataDir, { id: 'young', daysAgo: 29 });

    await using server = await startServer({ dataDir });
    await expect.poll(() => contentsOf(dataDir).rows).toHaveLength(1);
    await expectNothingHalfDone(dataDir);
    expect(contentsOf(dataDir).blobs).toHaveLength(1);
    const restore = (id: string) => fetch(`${server.url}/api/sounds/effects/${id}/restore`, { method: 'POST' });
    expect((await restore('old')).status).toBe(404);
    expect((await restore('young')).status).toBe(200);
    const [sound, ...others] = await everySound(server);
    expect(others).toEqual([]);
    expect(sound).toMatchObject({ id: 'young', sha256: sha256(recordings.young) });
    await expectWhole(server, sound!);
  });
});

describe('a database that cannot be used', () => {
  let intact: string;
  let place: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    place = await temporaryFolder();
    const dataDir = path.join(place.folder, 'intact');
    await using server = await startServer({ dataDir });
    await uploaded(server, { bytes: noiseWav(50 * KIB) });
    await server.stop();
    onDatabase(dataDir, database => database.exec('pragma wal_checkpoint(truncate)'));
    intact = path.join(dataDir, DATABASE_FILE);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it.each<[what: string, sentence: RegExp, make: (file: string) => void]>([
    [
      'other text',
      /talk2me\.db is damaged or not a database of Talk2Me\./,
      file => writeFileSync(file, 'Dear diary, '.repeat(500)),
    ],
    ['cut short', /talk2me\.db is damaged or not/, file => truncateSync(file, Math.floor(sizeOf(file) / 2))],
    ['cut within its header', /talk2me\.db is damaged or not/, file => truncateSync(file, 60)],
    ['overwritten in its middle', /talk2me\.db is damaged or not/, file => overwrite(file, 4096, 3 * 4096)],
    [
      "another program's",
      /talk2me\.db is damaged or not a database of Talk2Me/,
      file => {
        truncateSync(file, 0);
        const other = new SqliteConnection(file, DATABASE_FILE);
        other.exec('create table recipes (name text)');
        other.close();
      },
    ],
    [
      'newer',
      /written by a newer Talk2Me \(format 999, .*Update Talk2Me, or restore a backup/,
      file => {
        const newer = new SqliteConnection(file, DATABASE_FILE);
        newer.exec('pragma user_version = 999');
        newer.close();
      },
    ],
  ])('because it is %s stops the start with a sentence and is not touched', async (what, sentence, make) => {
    const dataDir = path.join(place.folder, what);
    mkdirSync(dataDir);
    const file = path.join(dataDir, DATABASE_FILE);
    copyFileSync(intact, file);
    make(file);
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');

    const failure = await startServer({ dataDir }).then(
      async server => `started; ${await server.stop()}`,
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/^The server ended with 1\./);
    expect(failure).toMatch(sentence);
    expect(failure).not.toMatch(/\n\s+at |SQLITE|ERR_/);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(hash);
    expect(readdirSync(dataDir).filter(name => name.startsWith(DATABASE_FILE) && name !== DATABASE_FILE)).toEqual([]);
  });
});

function overwrite(file: string, start: number, end: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, start, end);
  writeFileSync(file, bytes);
}
