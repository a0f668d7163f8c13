/**
 * The settings of speech engines, whose names hold the name of the engine: `TTS_<NAME>_URL`. Declared once, like the others in
 * `variables.ts`, and told apart by the kind of the engine.
 */
import { z } from 'zod';
import { isLoopbackHost } from './loopback.ts';
import type { Variable } from './variables.ts';

/** One engine as it is configured; its API key is among the secrets. Times in milliseconds. */
export type EngineSettings =
  | { readonly name: string; readonly kind: 'embedded' }
  | (Limits & { readonly name: string; readonly kind: 'espeak' })
  | (Limits & { readonly name: string; readonly kind: 'talk2me'; readonly url: string })
  | (Limits & {
      readonly name: string;
      readonly kind: 'openai';
      readonly url: string;
      readonly model: string;
      readonly voices: readonly string[];
    });

interface Limits {
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Requests at one time. */
  readonly concurrency: number;
}

type Kind = EngineSettings['kind'];
/** The kinds of which there may be several, under names that people choose. */
export const ENGINE_KINDS = ['openai', 'talk2me', 'espeak'] as const satisfies Kind[];
/** The name and the kind of the engine that needs no settings. */
export const EMBEDDED = 'embedded';

interface EngineVariable<T> extends Variable<T> {
  /** The kinds that it is for. */
  readonly kinds: readonly Kind[];
}

const seconds = (min: number, max: number, fallback: number) =>
  whole(min, max, fallback).transform(value => value * 1000);

function whole(min: number, max: number, fallback: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .optional()
    .transform(value => value ?? fallback);
}

const MAX_NAME = 200;

/** In the order in which the page of settings shows them. */
export const ENGINE_VARIABLES = {
  KIND: {
    meaning:
      'What it is: `openai`, a server that answers `/v1/audio/speech` as OpenAI does; `talk2me`, a Talk2Me backend; `espeak`, the program espeak-ng, where it is installed. Not needed where the name of the engine is one of these words.',
    type: ENGINE_KINDS.map(kind => `\`${kind}\``).join(', '),
    fallback: 'the name of the engine',
    kinds: ENGINE_KINDS,
    schema: z.enum(ENGINE_KINDS, `must be one of ${ENGINE_KINDS.join(', ')}`).optional(),
  },
  URL: {
    meaning:
      'Where it is. Requests go to `/v1/audio/speech` and `/v1/audio/voices`, or to `/tts` and `/voices`, under this address and to no other; redirects are not followed.',
    type: 'http or https address; for `openai` with `/v1` at its end or without',
    fallback: 'none; needed',
    kinds: ['openai', 'talk2me'],
    schema: z
      .string()
      .refine(isEngineUrl, 'must be an http or https address without user, password, ? and #')
      .transform(text => new URL(text).href)
      .optional(),
  },
  API_KEY: {
    meaning: 'Sent to it as `Authorization: Bearer`, and to nobody else.',
    type: 'printable ASCII characters without spaces',
    fallback: 'none',
    secret: true,
    kinds: ['openai', 'talk2me'],
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{1,1000}$/, 'must be printable ASCII characters without spaces')
      .optional(),
  },
  MODEL: {
    meaning: 'The model to ask for, as the server calls it.',
    type: 'text',
    fallback: 'tts-1',
    kinds: ['openai'],
    schema: z
      .string()
      .max(MAX_NAME, `must be at most ${MAX_NAME} characters`)
      .regex(/^\P{Cc}*$/u, 'must not hold control characters')
      .optional()
      .transform(value => value ?? 'tts-1'),
  },
  VOICES: {
    meaning:
      'Voices by the ids that the server knows them by, where it does not list them itself. Those it lists are there without being named.',
    type: 'ids divided by commas',
    fallback: 'none',
    kinds: ['openai'],
    schema: z
      .string()
      .transform(text => [...new Set(text.split(',').map(id => id.trim()))].filter(id => id !== ''))
      .pipe(z.array(z.string().regex(/^\P{Cc}{1,200}$/u, 'must be ids of at most 200 characters, divided by commas')))
      .optional()
      .transform(list => list ?? []),
  },
  TIMEOUT: {
    meaning: 'How long one request may take, further attempts included. A slow engine with long texts needs more.',
    type: 'seconds, 1 to 3600',
    fallback: '120',
    kinds: ENGINE_KINDS,
    schema: seconds(1, 3600, 120),
  },
  CONCURRENCY: {
    meaning:
      'How many requests it gets at one time; the others wait. An engine on one graphics card is no faster with more.',
    type: 'whole number, 1 to 64',
    fallback: '2',
    kinds: ENGINE_KINDS,
    schema: whole(1, 64, 2),
  },
} as const satisfies Record<string, EngineVariable<unknown>>;

type Field = keyof typeof ENGINE_VARIABLES;
const FIELDS = Object.keys(ENGINE_VARIABLES) as Field[];
type Values = { [F in Field]: z.output<(typeof ENGINE_VARIABLES)[F]['schema']> };
type Environment = Readonly<Record<string, string | undefined>>;

export interface EnginesRead {
  engines: readonly EngineSettings[];
  /** By name of the engine. */
  keys: Readonly<Record<string, string>>;
  /** Each names a variable and what is wrong with it. Where there is one, the others are not whole. */
  problems: readonly string[];
  /** Variables that have no effect, and keys that others can read. */
  warnings: readonly string[];
}

/** @param names of the engines, lower case, each once */
export function readEngines(env: Environment, names: readonly string[]): EnginesRead {
  const all = names.map(name => readEngine(env, name));
  const engines = all.map(({ settings }) => settings).filter(settings => settings !== undefined);
  const keys = all.flatMap(({ settings, key }) =>
    settings && key !== undefined ? [[settings.name, key] as const] : [],
  );
  return {
    engines,
    keys: Object.fromEntries(keys),
    problems: all.flatMap(({ problems }) => problems),
    warnings: [...keys.flatMap(([name]) => warnOfKey(name, engines)), ...warnOfUnused(env, engines)],
  };
}

interface EngineRead {
  settings?: EngineSettings;
  key?: string | undefined;
  problems: string[];
}

function readEngine(env: Environment, name: string): EngineRead {
  if (name === EMBEDDED) return { settings: Object.freeze({ name, kind: EMBEDDED }), problems: [] };
  const problems: string[] = [];
  const values: Partial<Values> = {};
  const take = (field: Field) => {
    const text = textOf(env, variableOf(name, field));
    const result = ENGINE_VARIABLES[field].schema.safeParse(text);
    if (result.success) return void Object.assign(values, { [field]: result.data });
    // A password in the address is one of the things that may be wrong.
    const isHidden = 'secret' in ENGINE_VARIABLES[field] || text?.includes('@') === true;
    const shown = isHidden ? '' : `=${text}`;
    problems.push(`${variableOf(name, field)}${shown} ${result.error.issues[0]?.message ?? 'is wrong'}`);
  };

  take('KIND');
  const kind = values.KIND ?? ENGINE_KINDS.find(one => one === name);
  if (kind === undefined) {
    if (problems.length === 0) {
      problems.push(
        `${variableOf(name, 'KIND')} must be one of ${ENGINE_KINDS.join(', ')}, for TTS_ENGINES names ${name}`,
      );
    }
    return { problems };
  }
  for (const field of FIELDS) if (field !== 'KIND' && isFor(field, kind)) take(field);
  if (isFor('URL', kind) && textOf(env, variableOf(name, 'URL')) === undefined) {
    problems.push(`${variableOf(name, 'URL')} must be the address of ${name}, an engine of kind ${kind}`);
  }
  if (problems.length > 0) return { problems };
  return { settings: settingsOf(name, kind, values as Values), key: values.API_KEY, problems };
}

function settingsOf(name: string, kind: (typeof ENGINE_KINDS)[number], values: Values): EngineSettings {
  const { URL: url = '', MODEL: model, VOICES: voices, TIMEOUT: timeoutMs, CONCURRENCY: concurrency } = values;
  const common = { name, timeoutMs, concurrency };
  switch (kind) {
    case 'espeak':
      return Object.freeze({ ...common, kind });
    case 'talk2me':
      return Object.freeze({ ...common, kind, url });
    case 'openai':
      return Object.freeze({ ...common, kind, url, model, voices: Object.freeze(voices) });
  }
}

function warnOfKey(name: string, engines: readonly EngineSettings[]): string[] {
  const engine = engines.find(one => one.name === name);
  const url = engine !== undefined && 'url' in engine ? new URL(engine.url) : undefined;
  if (url?.protocol !== 'http:' || isLoopbackHost(url.hostname)) return [];
  return [`${variableOf(name, 'API_KEY')} is sent in the clear, for ${variableOf(name, 'URL')} begins with http:`];
}

function warnOfUnused(env: Environment, engines: readonly EngineSettings[]): string[] {
  return Object.keys(env)
    .filter(
      variable => variable.startsWith('TTS_') && variable !== 'TTS_ENGINES' && textOf(env, variable) !== undefined,
    )
    .flatMap(variable => {
      const why = whyUnused(variable, engines);
      return why === undefined ? [] : [`${variable} has no effect: ${why}.`];
    });
}

/** Undefined for a variable that has an effect. */
function whyUnused(variable: string, engines: readonly EngineSettings[]): string | undefined {
  const field = FIELDS.find(one => variable.endsWith(`_${one}`) && variable.length > variableOf('', one).length);
  if (field === undefined) return `the settings of an engine are ${FIELDS.join(', ')}`;
  const name = variable.slice('TTS_'.length, -field.length - 1);
  const engine = engines.find(one => variableOf(one.name, field) === variable);
  if (engine === undefined) return `TTS_ENGINES does not name ${name.toLowerCase()}`;
  if (isFor(field, engine.kind)) return undefined;
  return `it is for engines of the kinds ${ENGINE_VARIABLES[field].kinds.join(', ')}`;
}

function variableOf(name: string, field: Field): string {
  return `TTS_${name.toUpperCase()}_${field}`;
}

function isFor(field: Field, kind: Kind): boolean {
  return (ENGINE_VARIABLES[field].kinds as readonly Kind[]).includes(kind);
}

/** Compose files and shells pass "not set" as empty text. */
function textOf(env: Environment, variable: string): string | undefined {
  return env[variable]?.trim() || undefined;
}

function isEngineUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
