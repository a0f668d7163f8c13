/** From words on a command line to what is meant; whatever is wrong is told by the option's name. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { audiobookSettings, cast as castSchema, castName, scriptToCheck } from '#lib/audiobooks/audiobook.ts';
import { randomId } from '#lib/base/ids.ts';
import { RENDER_FILES, RENDER_FORMATS, renderWish, type RenderFormat, type RenderWish } from '#lib/renders/render.ts';
import { CommandError, UsageError } from './exit-codes.ts';
import type { ScriptText } from './studio.ts';
import type { Terminal } from './terminal.ts';

/** UTF-8 bytes of a file's name. */
const MAX_NAME = 255;

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

export const PLACE_OPTIONS = { data: text, server: text, token: text, json: flag, help: flag } as const;
export const SCRIPT_OPTIONS = {
  sounds: text,
  cast: { type: 'string', multiple: true },
  'default-voice': text,
  limiter: text,
  settings: text,
} as const;
export const RENDER_OPTIONS = {
  out: text,
  format: text,
  'sample-rate': text,
  channels: text,
  'bit-depth': text,
  dither: flag,
  chapters: text,
  range: text,
  keep: flag,
} as const;

export type PlaceValues = Values<typeof PLACE_OPTIONS>;
export type ScriptValues = Values<typeof SCRIPT_OPTIONS>;
export type RenderValues = Values<typeof RENDER_OPTIONS>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** @throws UsageError for an option that is not there, or lacks its value */
export function readOptions<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: withNegatives(args), options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node goes on with how to pass a positional that begins with a dash.
    throw new UsageError(`${error.message.split('. ')[0]!.replace(/\.$/, '')}.`);
  }
}

/** Node takes `-3` behind `--limiter` for an option; no option begins with a digit, so it is a value. */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^[-−]\d/.test(arg) && before !== undefined && /^--[a-z-]+$/.test(before))
      joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** The one script of a command line. @throws UsageError */
export function oneScript(positionals: readonly string[]): string {
  const [script, ...more] = positionals;
  if (script === undefined) throw new UsageError('Name the script.');
  if (more.length > 0) throw new UsageError(`One script at a time, and ${more.join(' ')} is more.`);
  return script;
}

/** @throws UsageError; CommandError where a file cannot be read */
export async function readScriptText(script: string, values: ScriptValues, terminal: Terminal): Promise<ScriptText> {
  const wish = {
    script: await readText(script, terminal),
    cast: castOf(values.cast ?? []),
    settings: {
      ...(values.settings === undefined ? {} : await readSettings(values.settings, terminal)),
      ...(values['default-voice'] === undefined ? {} : { default_voice: values['default-voice'] }),
      ...(values.limiter === undefined ? {} : { limiter_dbfs: numberOf('limiter', values.limiter) }),
    },
  };
  const parsed = scriptToCheck.safeParse(wish);
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  // The command is as it should be; its text is not.
  if (at[0] === 'script') throw new CommandError(`${script} ${message}.`);
  const names: Partial<Record<string, string>> = {
    cast: `--cast ${String(at[1] ?? '')}`.trim(),
    'settings.default_voice': '--default-voice',
    'settings.limiter_dbfs': '--limiter',
  };
  const name = names[at.join('.')] ?? names[String(at[0])] ?? `${values.settings}: ${at.slice(1).join('.')}`;
  throw new UsageError(`${name} ${message}.`);
}

/** @throws UsageError */
export function wishOf(out: string, values: RenderValues): RenderWish {
  const given = {
    format: formatOf(out, values.format),
    sample_rate: optional('sample-rate', values['sample-rate']),
    channels: optional('channels', values.channels),
    bit_depth: optional('bit-depth', values['bit-depth']),
    dither: values.dither,
    chapters: values.chapters?.split(',').map(one => numberOf('chapters', one.trim())),
    range: values.range === undefined ? undefined : rangeOf(values.range),
  };
  const parsed = renderWish.safeParse(Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)));
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  throw new UsageError(`--${String(at[0]).replaceAll('_', '-')} ${message}.`);
}

/**
 * Absolute.
 *
 * @param script that is not to be replaced
 * @throws UsageError where it cannot be made
 */
export async function outputOf(out: string | undefined, script: string, terminal: Terminal): Promise<string> {
  if (out === undefined || out === '') throw new UsageError('Say with --out which file is to be made.');
  const file = path.resolve(terminal.folder, out);
  if (Buffer.byteLength(path.basename(file)) > MAX_NAME) {
    throw new UsageError(`--out ${out}: the name of the file is too long. Give it ${MAX_NAME} bytes at most.`);
  }
  const parent = path.dirname(file);
  if (!(await isFolder(parent))) throw new UsageError(`There is no folder for --out ${out}.`);
  if (await isFolder(file)) throw new UsageError(`--out ${out} is a folder. Name a file in it.`);
  if (script !== '-' && (await isSameFile(file, path.resolve(terminal.folder, script)))) {
    throw new UsageError(`--out ${out} is the script itself. Name another file.`);
  }
  await tryToWrite(parent).catch((error: unknown) => {
    throw new UsageError(`--out ${out}: nothing can be written to that folder: ${(error as Error).message}.`);
  });
  return file;
}

/** Rights alone do not tell: root has all of them, and a file system may be full or read only. */
async function tryToWrite(folder: string): Promise<void> {
  const file = path.join(folder, `.talk2me-${randomId()}.part`);
  await writeFile(file, '', { flag: 'wx' });
  await rm(file);
}

/** @throws UsageError */
export function serverOf(address: string): URL {
  const url = URL.parse(address);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError(`--server must be an http or https address, and ${address} is none.`);
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

/** Whether both are there and one, by whatever names. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(file => stat(file).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

async function readText(script: string, terminal: Terminal): Promise<string> {
  const bytes = await readWhole(script, terminal);
  // No text holds a zero; UTF-16 has one beside every Latin letter, which are UTF-8 all the same.
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  throw new CommandError(`${script === '-' ? 'The standard input' : script} is not UTF-8 text. Save it as UTF-8.`);
}

async function readSettings(name: string, terminal: Terminal) {
  const bytes = await readWhole(name, terminal);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new UsageError(`${name} is not JSON.`);
  }
  const parsed = audiobookSettings.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${name}: ${z.prettifyError(parsed.error)}`);
}

async function readWhole(name: string, terminal: Terminal): Promise<Buffer> {
  if (name === '-') return buffer(terminal.input());
  return readFile(path.resolve(terminal.folder, name)).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'it is not there' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new CommandError(`${name} cannot be read: ${why}.`, { cause: error });
  });
}

function castOf(given: readonly string[]): Record<string, string> {
  const names = new Map<string, string>();
  for (const entry of given.flatMap(list => list.split(',')).filter(one => one.trim() !== '')) {
    const [given = '', ...voice] = entry.split('=');
    const name = given.trim();
    if (voice.length === 0) throw new UsageError(`--cast takes NAME=VOICE, and ${entry} is none.`);
    if (names.has(name)) throw new UsageError(`--cast names ${name} twice.`);
    const { error } = castName.safeParse(name);
    if (error !== undefined) throw new UsageError(`--cast ${name}: ${error.issues[0]!.message}.`);
    names.set(name, voice.join('=').trim());
  }
  const parsed = castSchema.safeParse(Object.fromEntries(names));
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  throw new UsageError(`--cast ${at.join(' ')}: ${message}.`);
}

function formatOf(out: string, given: string | undefined): RenderFormat {
  const ending = path.extname(out).toLowerCase();
  const byEnding = RENDER_FORMATS.find(format => RENDER_FILES[format].ending === ending);
  if (given === undefined) {
    if (byEnding !== undefined) return byEnding;
    const endings = RENDER_FORMATS.map(format => RENDER_FILES[format].ending).join(' or ');
    throw new UsageError(`--out must end in ${endings}, or --format must say what it is.`);
  }
  const format = RENDER_FORMATS.find(one => one === given.toLowerCase());
  if (format === undefined) throw new UsageError(`--format must be ${RENDER_FORMATS.join(' or ')}.`);
  if (byEnding !== undefined && byEnding !== format) {
    throw new UsageError(`--out ends in ${ending}, and --format is ${format}. Leave one of them out.`);
  }
  return format;
}

function rangeOf(given: string): { start: number; end: number } {
  const [, start, end] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(given) ?? [];
  if (start === undefined || end === undefined) {
    throw new UsageError('--range must be two numbers of seconds, such as 12.5-40.');
  }
  return { start: Number(start), end: Number(end) };
}

function optional(name: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : numberOf(name, given);
}

function numberOf(name: string, given: string): number {
  // People paste what they read, with a true minus sign.
  const plain = given.replace('−', '-');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) throw new UsageError(`--${name} must be a number, and ${given} is none.`);
  return Number(plain);
}
