import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptReport, type AudiobookList, type AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import type { RenderList, RenderWish } from '#lib/renders/render.ts';
import { voiceList } from '#lib/voices/voices.ts';
import { amplitude, madeBook, readWav16, rendered } from './support/books.ts';
import { sendJson, upload } from './support/client.ts';
import { command, startCommand } from './support/command.ts';
import { startServer, type TestServer } from './support/server.ts';
import { tone } from './support/tone.ts';

/** Beyond what the embedded voices have, which speak at 16 kHz. */
const BED_HERTZ = 9000;
const CAST = { narrator: 'embedded:slt', guest: 'embedded:awb' };
const CAST_OPTION = ['--cast', 'narrator=embedded:slt,guest=embedded:awb'];
const STORY = `{{{voice:narrator}}}{{{bg:hum,volume:0.5,fade_in:0,duck_speech:false}}}Somebody knocked.
{{{sfx:knock,pause_speech:true}}} {{{voice:guest}}}Good evening.
`;

interface JsonAnswer {
  status: string;
  length: number;
  units_total: number;
  units_reused: number;
  failures: { line: number; text: string; code: string }[];
  outputs: { file: string; size: number; sha256: string; length: number }[];
  render_id?: string;
}

let folder = '';
let data = '';
let sounds: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-command-'));
  data = path.join(folder, 'data');
  sounds = ['--sounds', 'sounds', '--data', 'data'];
  await mkdir(path.join(folder, 'sounds/effects'), { recursive: true });
  await mkdir(path.join(folder, 'sounds/background'));
  await writeFile(path.join(folder, 'sounds/effects/knock.wav'), await tone(700, 0.4));
  await writeFile(path.join(folder, 'sounds/background/hum.wav'), await tone(BED_HERTZ, 1));
  await writeFile(path.join(folder, 'story.txt'), STORY);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** For a test that looks at what is left. */
const newFolder = () => mkdtemp(path.join(folder, 'out-'));

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

describe('lint', () => {
  it('tells errors by line and column as compilers do, by npm and from any folder, and ends with 1', async () => {
    const script = '{{{voice:narrator}}}Hello.\n\nThe door.{{{sfx:knok}}} {{{pause:soon}}}\n';
    await writeFile(path.join(folder, 'wrong.txt'), script);
    const { code, answer, told } = await command(['lint', 'wrong.txt', ...sounds, ...CAST_OPTION], {
      folder,
      npm: true,
    });
    expect(told).toBe('');
    expect(answer.split('\n').map(line => /^[^ ]+ \w+/.exec(line)?.[0] ?? line)).toEqual([
      'wrong.txt:3:17 error',
      'wrong.txt:3:34 error',
      expect.stringMatching(/^2 errors/),
      '',
    ]);
    expect(answer).toMatch(/“knok”.* Did you mean knock\? \[script\.unknown_effect\]\n/);
    expect(code).toBe(1);
  });

  it('answers the report as JSON, and ends with 0 where there are only warnings', async () => {
    await writeFile(path.join(folder, 'warned.txt'), `${STORY}{{{bg:stop}}}{{{bg:stop}}}\n`);
    const { code, answer } = await command(['lint', 'warned.txt', ...sounds, ...CAST_OPTION, '--json'], { folder });
    const report = scriptReport.parse(JSON.parse(answer));
    expect(report.diagnostics).toMatchObject([{ severity: 'warning', code: 'script.stop_without_bed' }]);
    expect(report.voices.map(({ name, id }) => ({ name, id }))).toEqual([
      { name: 'narrator', id: 'embedded:slt' },
      { name: 'guest', id: 'embedded:awb' },
    ]);
    expect(code).toBe(0);
    // What needs no speech and no library takes no data folder.
    await expect(readdir(data)).rejects.toThrow('ENOENT');
  });
});

describe('wrong usage', () => {
  it.each([
    [['lint', 'story.txt', '--lowd'], "Unknown option '--lowd'."],
    [['render', 'story.txt', '--out', 'no/book.wav'], 'There is no folder for --out no/book.wav.'],
  ])('%s ends with 2, a sentence and where to read how', async (args, sentence) => {
    const { code, answer, told } = await command(args, { folder });
    expect(told).toContain(sentence);
    expect(told).toContain('--help tells how.');
    expect(answer).toBe('');
    expect(code).toBe(2);
  });
});

describe('render', () => {
  it('makes a file of the length and the levels that the script says, and speaks nothing twice', async () => {
    const args = ['render', 'story.txt', ...sounds, ...CAST_OPTION, '--json', '--out'];
    const first = await command([...args, 'story.wav'], { folder });
    expect(first.code, first.told).toBe(0);
    const { status, outputs, units_total, units_reused } = JSON.parse(first.answer) as JsonAnswer;
    expect({ status, units_total, units_reused }).toEqual({ status: 'completed', units_total: 2, units_reused: 0 });
    const file = path.join(folder, 'story.wav');
    const bytes = await readFile(file);
    expect(outputs).toMatchObject([{ file, size: bytes.length, sha256: await sha256(file) }]);
    const sound = readWav16(bytes);
    const frames = sound.channels[0]!.length;
    expect(frames / sound.sampleRate).toBeCloseTo(outputs[0]!.length, 6);
    // The head is silent (3.2); the tone of 0.3 plays at half volume from the first word on (3.4).
    expect(amplitude(sound, BED_HERTZ, 0, 0.7)).toBeLessThan(0.001);
    expect(amplitude(sound, BED_HERTZ, 0.8, 1.3)).toBeCloseTo(0.15, 2);
    // It fades out over a second after the last word, and a tail of two seconds ends the book (3.4, 3.5).
    const end = frames / sound.sampleRate;
    expect(amplitude(sound, BED_HERTZ, end - 0.9, end)).toBeLessThan(0.001);
    expect(first.told).toMatch(/^speaking: 0 %, 0 of 2 units\n[^]*mixing: 100 %\n$/);

    const again = await command([...args, 'again.wav'], { folder });
    expect(JSON.parse(again.answer)).toMatchObject({ units_reused: 2, units_synthesised: 0 });
    expect(await sha256(path.join(folder, 'again.wav'))).toBe(await sha256(file));
  });

  it('makes a file of each chapter that is asked for, named after it', async () => {
    const out = await newFolder();
    const script = '{{{voice:narrator}}}\n# One: begin\nHello.\n\n# Two\nGood night.\n';
    await writeFile(path.join(out, 'parts.txt'), script);
    const args = ['render', 'parts.txt', '--data', data, ...CAST_OPTION, '--out'];
    const parts = await command([...args, 'parts.wav', '--chapters', '2,1', '--json'], { folder: out });
    const { outputs, length } = JSON.parse(parts.answer) as JsonAnswer;
    const names = ['parts - 02 Two.wav', 'parts - 01 One begin.wav'];
    expect(outputs.map(({ file }) => file)).toEqual(names.map(name => path.join(out, name)));
    expect(outputs.reduce((sum, one) => sum + one.length, 0)).toBeCloseTo(length, 3);
    for (const { file, sha256: hash } of outputs) expect(await sha256(file)).toBe(hash);
    const { code, told } = await command([...args, 'third.wav', '--chapters', '3'], { folder: out });
    expect(told).toContain('There is no chapter 3; the book has 2.');
    expect(code).toBe(1);
    expect((await readdir(out)).sort()).toEqual([...names, 'parts.txt'].sort());
  });

  it('refuses a script with errors, and leaves what has the name of the file', async () => {
    const out = await newFolder();
    await writeFile(path.join(out, 'book.wav'), 'before');
    await writeFile(path.join(out, 'wrong.txt'), '{{{voice:nobody}}}Hello.');
    const { code, told, answer } = await command(['render', 'wrong.txt', '--data', data, '--out', 'book.wav'], {
      folder: out,
    });
    expect(told).toMatch(/^wrong\.txt:1:10 error .*\n1 error, 0 warnings\. A script with errors is not rendered\.\n$/);
    expect({ code, answer }).toEqual({ code: 1, answer: '' });
    expect(await readFile(path.join(out, 'book.wav'), 'utf8')).toBe('before');
    expect((await readdir(out)).sort()).toEqual(['book.wav', 'wrong.txt']);
  });

  it('tells the line of what could not be spoken, after it has spoken the rest', async () => {
    const out = await newFolder();
    const script = '{{{voice:"far:anyone"}}}Nobody says this.\n\n{{{voice:narrator}}}This is said, and kept.\n';
    await writeFile(path.join(out, 'far.txt'), script);
    const env = { TTS_ENGINES: 'embedded,far', TTS_FAR_KIND: 'openai', TTS_FAR_URL: 'http://127.0.0.1:9' };
    const args = ['render', 'far.txt', '--data', data, ...CAST_OPTION, '--json', '--out', 'far.wav'];
    const { code, answer, told } = await command(args, { folder: out, env: { ...env, TTS_FAR_TIMEOUT: '1' } });
    expect(JSON.parse(answer)).toMatchObject({
      status: 'failed',
      units_synthesised: 1,
      failures: [{ line: 1, text: 'Nobody says this.', code: 'speech.engine_unavailable' }],
      outputs: [],
    });
    expect(told).toMatch(/far\.txt:1 error .*\[speech\.engine_unavailable\]\n {2}Nobody says this\.\n/);
    expect(code).toBe(1);
    expect(await readdir(out)).toEqual(['far.txt']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is cancelled by %s and leaves nothing', async signal => {
    const out = await newFolder();
    await writeFile(path.join(out, 'book.wav'), 'before');
    const lines = Array.from({ length: 400 }, (_, n) => `This is sentence number ${n} of a long ${signal}.`);
    await writeFile(path.join(out, 'long.txt'), `{{{voice:narrator}}}${lines.join('\n\n')}`);
    const running = startCommand(['render', 'long.txt', '--data', data, ...CAST_OPTION, '--out', 'book.wav'], {
      folder: out,
    });
    await running.told('of 400 units');
    running.kill(signal);
    const { code, told, answer } = await running.end;
    expect(told).toMatch(/\nCancelled; what was spoken is kept\.\n$/);
    expect({ code, answer }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, answer: '' });
    expect(await readFile(path.join(out, 'book.wav'), 'utf8')).toBe('before');
    expect((await readdir(out)).sort()).toEqual(['book.wav', 'long.txt']);
    expect(await readdir(path.join(data, 'instances'))).toEqual([]);
  });
});

describe('beside a server', () => {
  const token = 'a-token-for-this-test';
  const headers = { authorization: `Bearer ${token}` };
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: token } });
    for (const [kind, id] of [
      ['effects', 'knock'],
      ['background', 'hum'],
    ] as const) {
      const bytes = await readFile(path.join(folder, `sounds/${kind}/${id}.wav`));
      const { status } = await upload(server, { bytes, kind, fields: { id }, headers });
      expect(status).toBe(201);
    }
  });
  afterAll(() => server?.stop());

  const get = async <T>(url: string) => (await (await fetch(`${server.url}${url}`, { headers })).json()) as T;
  const atServer = (...args: string[]) =>
    command([...args, '--server', server.url], { folder, env: { ADMIN_TOKEN: token } });

  it('leaves its data folder alone and names the remedy, and lists voices all the same', async () => {
    const args = ['render', 'story.txt', ...CAST_OPTION, '--data', server.dataDir, '--out', 'never.wav'];
    const { code, told } = await command(args, { folder });
    expect(told).toContain(`is in use by process ${server.pid} at ${server.url}. Let it do the work with --server`);
    expect(code).toBe(1);
    const voices = await command(['voices', '--json', '--data', server.dataDir], { folder });
    expect(voiceList.parse(JSON.parse(voices.answer))).toEqual(await get('/api/voices'));
    const { answer } = await atServer('voices');
    expect(answer).toMatch(/^embedded:slt +en-US +female +American woman \(slt\)\n/);
  });

  it.each([
    { out: 'plain.wav', options: [], settings: {}, wish: {} },
    {
      out: 'other.flac',
      options: '--sample-rate 24000 --channels 1 --bit-depth 24 --dither --range 0.5-2.75 --limiter -12'.split(' '),
      settings: { limiter_dbfs: -12 },
      wish: {
        format: 'flac',
        sample_rate: 24_000,
        channels: 1,
        bit_depth: 24,
        dither: true,
        range: { start: 0.5, end: 2.75 },
      },
    },
  ] satisfies { out: string; options: string[]; settings: AudiobookSettings; wish: Partial<RenderWish> }[])(
    'gives the same bytes here, by the server and over HTTP: $out',
    async ({ out, options, settings, wish }) => {
      const book = await madeBook(server, { script: STORY, cast: CAST, settings }, headers);
      const render = await rendered(server, book.id, wish, headers);
      const args = ['render', 'story.txt', ...CAST_OPTION, ...options, '--out'];
      const [here, there] = await Promise.all([
        command([...args, out, ...sounds], { folder }),
        atServer(...args, `there-${out}`),
      ]);
      expect(here, here.told).toMatchObject({ code: 0 });
      expect(there, there.told).toMatchObject({ code: 0 });
      expect(await sha256(path.join(folder, out))).toBe(render.outputs[0]!.sha256);
      expect(await sha256(path.join(folder, `there-${out}`))).toBe(render.outputs[0]!.sha256);
      // What the command made on the server is gone again.
      for (const { id } of (await get<RenderList>('/api/renders')).items) {
        expect((await fetch(`${server.url}/api/renders/${id}`, { method: 'DELETE', headers })).status).toBe(204);
        expect(id).toBe(render.id);
      }
      const { items } = await get<AudiobookList>('/api/audiobooks');
      expect(items.map(({ title }) => title)).not.toContain(`there-${path.parse(out).name}`);
    },
  );

  it('checks a script as the server does', async () => {
    const check = await sendJson(server, 'POST', '/api/scripts/check', { script: STORY, cast: CAST }, headers);
    const { answer, code } = await atServer('lint', 'story.txt', ...CAST_OPTION, '--json');
    expect(JSON.parse(answer)).toEqual(await check.json());
    expect(code).toBe(0);
    const here = await command(['lint', 'story.txt', ...sounds, ...CAST_OPTION, '--json'], { folder });
    expect(JSON.parse(here.answer)).toEqual(JSON.parse(answer));
  });

  it('keeps book and render on the server where that is wanted', async () => {
    const { answer } = await atServer('render', 'story.txt', ...CAST_OPTION, '--out', 'kept.wav', '--keep', '--json');
    const { render_id } = JSON.parse(answer) as JsonAnswer;
    expect(await get(`/api/renders/${render_id}`)).toMatchObject({ status: 'completed' });
  });

  it('says where to give the token, and that a server cannot be reached', async () => {
    const locked = await command(['voices', '--server', server.url], { folder });
    expect(locked.told).toContain('Give the admin token in ADMIN_TOKEN or with --token.');
    expect(locked.code).toBe(1);
    const nobody = await command(['voices', '--server', 'http://127.0.0.1:9'], { folder });
    expect(nobody.told).toMatch(/^http:\/\/127\.0\.0\.1:9 cannot be reached: .+\.\n$/);
    expect(nobody.code).toBe(1);
  });
});
