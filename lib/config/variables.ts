/**
 * Every environment variable, declared once: name, meaning, type and default. `docs/configuration.md` and `.env.example` are
 * generated from this list, and `config.ts` validates with it.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';

export interface Variable<T> {
  /** What it is for, in one or two sentences, for the operator. */
  readonly meaning: string;
  /** How a value is written, for people. */
  readonly type: string;
  /** The default as a person reads it. */
  readonly fallback: string;
  /** Never logged, never in `Config`. */
  readonly secret?: true;
  /** Turns the text of the environment into a value; `undefined` where the variable is not set. */
  readonly schema: z.ZodType<T, string | undefined>;
}

const integer = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .optional()
    .transform(value => value ?? fallback);

const optionalInteger = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .optional();

const HOST_PATTERN = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/;

const hostList = z
  .string()
  .transform(text =>
    text
      .split(',')
      .map(part => part.trim().toLowerCase())
      .filter(part => part !== ''),
  )
  .pipe(z.array(z.string().regex(HOST_PATTERN, 'must be host names, with a port or without, divided by commas')))
  .optional()
  .transform(list => list ?? []);

const publicUrl = z
  .string()
  .refine(isOrigin, 'must be an address such as https://sounds.example.org, without a path')
  .transform(text => new URL(text).origin)
  .optional();

const token = z
  .string()
  .regex(/^[\x21-\x7e]{16,200}$/, 'must be 16 to 200 printable ASCII characters without spaces')
  .optional();

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  );
}

const engineNames = z
  .string()
  .transform(text =>
    text
      .split(',')
      .map(part => part.trim().toLowerCase())
      .filter(part => part !== ''),
  )
  .pipe(
    z
      .array(z.string().regex(/^[a-z0-9_]{1,32}$/, 'must be names of letters, digits and _, divided by commas'))
      .min(1, 'must name an engine')
      .refine(names => new Set(names).size === names.length, 'must not name an engine twice'),
  )
  .optional()
  .transform(names => names ?? ['embedded']);

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** In the order in which the page of settings shows them. */
export const VARIABLES = {
  HOST: {
    meaning:
      'Address to listen on. Keep the default for one person on one machine; `0.0.0.0` or `::` makes the server reachable from others.',
    type: 'IP address or host name',
    fallback: '127.0.0.1',
    schema: z
      .string()
      .regex(/^[0-9a-zA-Z.:-]+$/, 'must be an IP address or a host name')
      .optional()
      .transform(value => value ?? '127.0.0.1'),
  },
  PORT: {
    meaning: 'TCP port to listen on.',
    type: 'whole number, 1 to 65535',
    fallback: '3000',
    schema: integer(1, 65_535, 3000),
  },
  PUBLIC_URL: {
    meaning:
      'The address people type, where it differs from `HOST` and `PORT`: behind a TLS proxy, for instance. With `https` the session cookie is sent over TLS only.',
    type: 'http or https address without a path',
    fallback: 'none',
    schema: publicUrl,
  },
  ALLOWED_HOSTS: {
    meaning:
      'Further values of the `Host` header to answer to, beside loopback names and the host of `PUBLIC_URL`. All others are refused, which stops DNS rebinding.',
    type: 'host names divided by commas; one without a port stands for every port',
    fallback: 'none',
    schema: hostList,
  },
  ACCESS: {
    meaning:
      '`open`: whoever reaches the port may do everything. `login`: a token is needed, see `ADMIN_TOKEN`. Not set: open where `HOST` is a loopback address, login elsewhere.',
    type: '`open` or `login`',
    fallback: 'by `HOST`',
    schema: z.enum(['open', 'login'], 'must be open or login').optional(),
  },
  ADMIN_TOKEN: {
    meaning:
      'The token that opens `/login` and is sent as `Authorization: Bearer`. Not set: made at the first start that needs one, kept in `DATA_DIR/admin-token` (mode 0600) and printed once.',
    type: 'text of 16 to 200 printable ASCII characters without spaces',
    fallback: 'made',
    secret: true,
    schema: token,
  },
  METRICS_TOKEN: {
    meaning:
      'The token that Prometheus sends as `Authorization: Bearer` to `/metrics`; it opens `/api/ready` too, and nothing else. Where it is set, `/metrics` needs it even where `ACCESS` is `open`. Not set: `/metrics` asks for what everything else asks for.',
    type: 'text of 16 to 200 printable ASCII characters without spaces',
    fallback: 'none',
    secret: true,
    schema: token,
  },
  DATA_DIR: {
    meaning:
      'Folder of the database, the sounds and temporary files. One server owns it. It is made where it does not exist.',
    type: 'folder path; a relative one is taken from the project folder',
    fallback: '`data` in the project',
    schema: z
      .string()
      .refine(text => !text.includes('\0'), 'must be a folder path')
      .optional()
      .transform(value => value ?? 'data'),
  },
  STARTER_PACK: {
    meaning:
      'Whether a library in which there was never a sound is filled with four dozen at its first start: effects and beds that the server computes, some 40 MB, and a sample book that plays them. Once; what is deleted of them stays deleted.',
    type: '`true` or `false`',
    fallback: 'true',
    schema: z
      .enum(['true', 'false'], 'must be true or false')
      .optional()
      .transform(value => value !== 'false'),
  },
  LOG_LEVEL: {
    meaning: 'The least severe level that is logged. The log is JSON lines on standard output.',
    type: LOG_LEVELS.map(level => `\`${level}\``).join(', '),
    fallback: 'info',
    schema: z
      .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
      .optional()
      .transform(value => value ?? 'info'),
  },
  MAX_FILE_SIZE: {
    meaning: 'The largest sound file that an upload may carry.',
    type: 'bytes, 1 to 1 099 511 627 776',
    fallback: '52428800 (50 MiB)',
    schema: integer(1, 2 ** 40, 52_428_800),
  },
  CHUNK_SIZE: {
    meaning:
      'The smallest unit in which an upload is handed on to the disk; larger where the socket gives more. Raising it saves system calls where clients send tiny pieces.',
    type: 'bytes, 1024 to 1 048 576',
    fallback: '8192',
    schema: integer(1024, 1_048_576, 8192),
  },
  MEMORY_CHECK_INTERVAL: {
    meaning:
      'How often the memory monitor looks. It keeps 24 hours; a shorter interval shows short peaks and judges pressure sooner.',
    type: 'seconds, 1 to 300',
    fallback: '60',
    schema: integer(1, 300, 60),
  },
  MEMORY_LEAK_THRESHOLD: {
    meaning:
      'What memory that is never given back may grow by before it is reported as a leak: what is still there after collections, less what the caches know they hold.',
    type: 'bytes an hour, 10 000 to 1 000 000 000 000',
    fallback: '1000000',
    schema: integer(10_000, 1_000_000_000_000, 1_000_000),
  },
  CACHE_TTL: {
    meaning:
      'How long a cached answer is fresh. Older ones are still given while one refresh runs. A change of the library drops what it touches at once, whatever this says.',
    type: 'seconds, 1 to 86 400',
    fallback: '300',
    schema: integer(1, 86_400, 300),
  },
  CACHE_MAX_SIZE: {
    meaning: 'The most answers that the cache holds; the least recently used goes first.',
    type: 'whole number, 1 to 1 000 000',
    fallback: '1000',
    schema: integer(1, 1_000_000, 1000),
  },
  CACHE_MAX_BYTES: {
    meaning: 'The most memory that cached answers may take; the least recently used goes first.',
    type: 'bytes, 65 536 to 68 719 476 736',
    fallback: '67108864 (64 MiB)',
    schema: integer(65_536, 2 ** 36, 67_108_864),
  },
  CACHE_CLEANUP_INTERVAL: {
    meaning: 'How often answers that have expired are swept out of the cache.',
    type: 'seconds, 1 to 86 400',
    fallback: '60',
    schema: integer(1, 86_400, 60),
  },
  REDIS_URL: {
    meaning:
      'Redis that holds the cache, shared by every server that names it. Set on every one of several servers that share one `DATA_DIR` on one machine; without it a second server refuses to start on a folder that is in use. While it cannot be reached, answers are computed and nothing fails.',
    type: 'redis:// or rediss:// address',
    fallback: 'none',
    secret: true,
    schema: z
      .string()
      .refine(text => /^rediss?:$/.test(URL.parse(text)?.protocol ?? ''), 'must begin with redis:// or rediss://')
      .optional(),
  },
  SPEECH_CACHE_MAX_BYTES: {
    meaning:
      'The most disk that kept speech may take, in `DATA_DIR/speech`; the least recently used goes first, and is spoken again when it is wanted. An hour takes about 70 MB.',
    type: 'bytes, 1 048 576 to 1 099 511 627 776',
    fallback: '21474836480 (20 GiB)',
    schema: integer(1_048_576, 2 ** 40, 20 * 2 ** 30),
  },
  PCM_CACHE_MAX_BYTES: {
    meaning:
      'The most disk that sounds and speech may take as they are mixed, decoded and at the rate of the book, in `DATA_DIR/pcm`; the least recently used goes first, and is decoded again when it is wanted. What a render that runs has in use stays, whatever this says. An hour of speech takes about 635 MB.',
    type: 'bytes, 1 048 576 to 1 099 511 627 776',
    fallback: '10737418240 (10 GiB)',
    schema: integer(1_048_576, 2 ** 40, 10 * 2 ** 30),
  },
  RENDER_CONCURRENCY: {
    meaning: 'How many books are rendered at the same time; the others wait in line.',
    type: 'whole number, 1 to 64',
    fallback: 'one less than the cores, at least 1',
    schema: integer(1, 64, Math.max(1, availableParallelism() - 1)),
  },
  RENDER_KEEP_DAYS: {
    meaning: 'How many days a render stays after it was over; then it is removed with its files. The books stay.',
    type: 'whole number, 1 to 36 500',
    fallback: 'none: renders stay until somebody removes them',
    schema: optionalInteger(1, 36_500),
  },
  TTS_ENGINES: {
    meaning:
      'The engines that speak, by names of your choice, which begin the ids of their voices. `embedded` is built in; every other one needs the settings below.',
    type: 'names of letters, digits and _, divided by commas',
    fallback: 'embedded',
    schema: engineNames,
  },
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof VARIABLES;
