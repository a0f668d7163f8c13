import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { loadConfig, loadSecrets } from '#lib/config/config.ts';
import { runCommandLine } from './command-line.ts';
import { InterruptedError } from './exit-codes.ts';
import { COMMANDS, helpText } from './help.ts';
import { PLACE_OPTIONS, RENDER_OPTIONS, SCRIPT_OPTIONS } from './options.ts';
import { testTerminal } from './terminal.fixture.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-usage-'));
  await writeFile(path.join(folder, 'a.txt'), '{{{voice:embedded:slt}}}Hello.');
  await writeFile(path.join(folder, 'latin1.txt'), Buffer.from([0x47, 0xfc, 0x6e]));
  await writeFile(path.join(folder, 'utf16.txt'), Buffer.from('Hello.', 'utf16le'));
  await writeFile(path.join(folder, 'broken.json'), '{');
  await writeFile(path.join(folder, 'wrong.json'), '{"gaps":{"sentence":-1}}');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], signal = new AbortController().signal) {
  const terminal = testTerminal(folder);
  const env = { DATA_DIR: path.join(folder, 'data') };
  const environment = () => ({ config: loadConfig(env), secrets: loadSecrets(env) });
  const code = await runCommandLine(args, { terminal, clock: systemClock, environment, signal });
  return { code, answer: terminal.answers, told: terminal.told };
}

describe('help', () => {
  it('is an answer, of all and of each command, and names every option', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, answer: helpText(), told: '' });
    for (const command of COMMANDS) {
      expect(await run([command, '--help'])).toEqual({ code: 0, answer: helpText(command), told: '' });
      expect(await run(['help', command])).toEqual({ code: 0, answer: helpText(command), told: '' });
    }
    const scripted = Object.keys({ ...PLACE_OPTIONS, ...SCRIPT_OPTIONS });
    for (const option of scripted) expect(helpText('lint')).toContain(`--${option} `.trimEnd());
    for (const option of [...scripted, ...Object.keys(RENDER_OPTIONS)]) {
      expect(helpText('render')).toContain(`--${option}`);
    }
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'Say what to do.'],
    [['sing'], 'There is no command sing.'],
    [['lint'], 'Name the script.'],
    [['lint', 'a.txt', 'b.txt'], 'One script at a time, and b.txt is more.'],
    [['lint', 'a.txt', '--lowd'], "Unknown option '--lowd'."],
    [['lint', 'a.txt', '--cast', 'narrator'], '--cast takes NAME=VOICE, and narrator is none.'],
    [['lint', 'a.txt', '--cast', 'a=x', '--cast', 'a=y'], '--cast names a twice.'],
    [['lint', 'a.txt', '--cast', 'Old Man=x'], '--cast Old Man: must be 1 to 64 of a-z'],
    [['lint', 'a.txt', '--cast', '__proto__=x'], '--cast __proto__: must be 1 to 64 of a-z'],
    [['lint', 'a.txt', '--limiter', 'loud'], '--limiter must be a number, and loud is none.'],
    [['lint', 'a.txt', '--limiter', '-13'], '--limiter must be between -12 and 0.'],
    [['lint', 'a.txt', '--limiter', '3'], '--limiter must be between -12 and 0.'],
    [['lint', 'a.txt', '--settings', 'broken.json'], 'broken.json is not JSON.'],
    [['lint', 'a.txt', '--settings', 'wrong.json'], 'gaps.sentence'],
    [['lint', 'a.txt', '--token', 'x'], '--token is for --server.'],
    [['lint', 'a.txt', '--server', 'http://localhost', '--data', 'x'], '--data and --server exclude each other.'],
    [['lint', 'a.txt', '--server', 'http://localhost', '--sounds', 'x'], '--sounds and --server exclude each other'],
    [['voices', 'slt'], 'slt is too much'],
    [['render', 'a.txt'], 'Say with --out which file is to be made.'],
    [['render', 'a.txt', '--out', 'a.txt', '--format', 'wav'], '--out a.txt is the script itself.'],
    [['render', 'a.txt', '--out', 'a.wav', '--chapters', '0'], '--chapters must be 1 or more.'],
    [['render', 'a.txt', '--out', '.'], '--out . is a folder.'],
    [['render', 'a.txt', '--out', `${'я'.repeat(126)}.wav`], 'the name of the file is too long.'],
    [['render', 'a.txt', '--out', 'a.ogx'], '--out must end in'],
    [['render', 'a.txt', '--out', 'a.wav', '--format', 'flac'], '--out ends in .wav, and --format is flac.'],
    [['render', 'a.txt', '--out', 'a', '--format', 'ogx'], '--format must be'],
    [['render', 'a.txt', '--out', 'a.wav', '--sample-rate', '8000'], '--sample-rate must be'],
    [['render', 'a.txt', '--out', 'a.wav', '--channels', '6'], '--channels must be 1 or 2.'],
    [['render', 'a.txt', '--out', 'a.flac', '--bit-depth', '32'], '--bit-depth must be 16 or 24 for FLAC.'],
    [['render', 'a.txt', '--out', 'a.wav', '--range', '5'], '--range must be two numbers of seconds'],
    [['render', 'a.txt', '--out', 'a.wav', '--range', '5-2'], '--range must come after start.'],
    [['render', 'a.txt', '--out', 'a.wav', '--range', '1-2', '--chapters', '1'], '--range cannot be given together'],
    [['render', 'a.txt', '--out', 'a.wav', '--chapters', '1,2,1'], '--chapters must not name a chapter twice.'],
    [['render', 'a.txt', '--out', 'a.wav', '--keep'], '--keep is for --server'],
  ])('%j ends with 2, says what is wrong and where to read how, and makes nothing', async (args, sentence) => {
    const { code, answer, told } = await run(args);
    expect(told).toContain(sentence);
    expect(told).toMatch(/\nnpm run talk2me -- (lint |render |voices )?--help tells how\.\n$/);
    expect({ code, answer }).toEqual({ code: 2, answer: '' });
    expect(await readdir(folder)).toHaveLength(5);
  });
});

// Nobody can make a file there, root included, who may write anywhere.
it.skipIf(process.platform !== 'linux')(
  'a folder that takes no file is refused before anything is spoken',
  async () => {
    const { code, told } = await run(['render', 'a.txt', '--out', '/proc/a.wav']);
    expect(told).toMatch(/^--out \/proc\/a\.wav: nothing can be written to that folder: ENOENT/);
    expect(code).toBe(2);
  },
);

describe('what stands in the way', () => {
  it.each([
    [['lint', 'missing.txt'], 'missing.txt cannot be read: it is not there.'],
    [['lint', 'latin1.txt'], 'latin1.txt is not UTF-8 text. Save it as UTF-8.'],
    [['lint', 'utf16.txt'], 'utf16.txt is not UTF-8 text. Save it as UTF-8.'],
    [['lint', 'a.txt', '--data', 'a.txt'], 'ENOTDIR: not a directory'],
    [['lint', 'a.txt', '--sounds', 'nowhere'], 'is no folder of sounds'],
  ])('%j ends with 1 and a sentence', async (args, sentence) => {
    const { code, told, answer } = await run(args);
    expect(told).toContain(sentence);
    expect(told.split('\n')).toHaveLength(2);
    expect({ code, answer }).toEqual({ code: 1, answer: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends with %i', async (signal, code) => {
    const interrupted = AbortSignal.abort(new InterruptedError(signal));
    const end = await run(['lint', 'a.txt', '--server', 'http://127.0.0.1:9'], interrupted);
    expect(end).toEqual({ code, answer: '', told: 'Cancelled; what was spoken is kept.\n' });
  });
});
