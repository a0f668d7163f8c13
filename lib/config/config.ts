import path from 'node:path';
import { AppError } from '#lib/base/errors.ts';
import { readEngines, type EngineSettings, type EnginesRead } from './engines.ts';
import { isLoopbackHost } from './loopback.ts';
import { VARIABLES, type VariableName } from './variables.ts';
import type { z } from 'zod';

/** The settings of one server, checked, nested and frozen. Holds no secret, so it may be logged whole. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Origin that people type, or undefined. */
  readonly publicUrl: string | undefined;
  /** Lower-case values of `Host`, with or without a port, that are answered beside loopback names. */
  readonly allowedHosts: readonly string[];
  readonly access: 'open' | 'login';
  /** Absolute. */
  readonly dataDir: string;
  /** An untouched library is filled at the start. */
  readonly starterPack: boolean;
  readonly logLevel: string;
  readonly upload: {
    /** Bytes. */
    readonly maxFileSize: number;
    /** Bytes. */
    readonly chunkSize: number;
  };
  readonly memory: {
    /** Seconds. */
    readonly checkInterval: number;
    /** Bytes an hour. */
    readonly leakThreshold: number;
  };
  readonly cache: {
    /** Seconds. */
    readonly ttl: number;
    readonly maxEntries: number;
    readonly maxBytes: number;
    /** Seconds. */
    readonly cleanupInterval: number;
  };
  readonly speech: {
    /** At least one, each under another name. */
    readonly engines: readonly EngineSettings[];
    /** Bytes of speech that is kept on disk. */
    readonly cacheMaxBytes: number;
  };
  readonly mixing: {
    /** Bytes of recordings that are kept on disk as they are mixed. */
    readonly pcmCacheMaxBytes: number;
  };
  readonly renders: {
    /** Books that are rendered at the same time. */
    readonly concurrency: number;
    /** Days that a render stays after it was over; undefined for ever. */
    readonly keepDays: number | undefined;
  };
  /** Several servers may share the data folder. */
  readonly shared: boolean;
  /** Sentences for the operator, to be logged loudly at the start. */
  readonly warnings: readonly string[];
}

export interface Secrets {
  readonly adminToken: string | undefined;
  readonly metricsToken: string | undefined;
  readonly redisUrl: string | undefined;
  /** API keys of speech engines, by the engine's name. */
  readonly engineKeys: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Values = { [N in VariableName]: z.output<(typeof VARIABLES)[N]['schema']> };

/**
 * Reads and cross-checks the environment.
 *
 * @throws AppError `config.invalid`, one message that names every wrong variable, what is wrong and what would be right.
 */
export function loadConfig(env: Environment): Config {
  const { values, engines } = readValues(env);
  const loopback = isLoopbackHost(values.HOST);
  const access = values.ACCESS ?? (loopback ? 'open' : 'login');
  const warnings = [...engines.warnings];
  if (access === 'open' && !loopback) {
    warnings.push(
      `ACCESS=open on HOST=${values.HOST}: everyone who reaches port ${values.PORT} may read, change and delete everything. ` +
        'Set ACCESS=login, or HOST=127.0.0.1.',
    );
  }
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    allowedHosts: Object.freeze([
      ...(values.PUBLIC_URL === undefined ? [] : [new URL(values.PUBLIC_URL).host]),
      ...values.ALLOWED_HOSTS,
    ]),
    access,
    dataDir: path.resolve(/* turbopackIgnore: true */ values.DATA_DIR),
    starterPack: values.STARTER_PACK,
    logLevel: values.LOG_LEVEL,
    upload: Object.freeze({ maxFileSize: values.MAX_FILE_SIZE, chunkSize: values.CHUNK_SIZE }),
    memory: Object.freeze({
      checkInterval: values.MEMORY_CHECK_INTERVAL,
      leakThreshold: values.MEMORY_LEAK_THRESHOLD,
    }),
    cache: Object.freeze({
      ttl: values.CACHE_TTL,
      maxEntries: values.CACHE_MAX_SIZE,
      maxBytes: values.CACHE_MAX_BYTES,
      cleanupInterval: values.CACHE_CLEANUP_INTERVAL,
    }),
    speech: Object.freeze({
      engines: Object.freeze(engines.engines),
      cacheMaxBytes: values.SPEECH_CACHE_MAX_BYTES,
    }),
    mixing: Object.freeze({ pcmCacheMaxBytes: values.PCM_CACHE_MAX_BYTES }),
    renders: Object.freeze({ concurrency: values.RENDER_CONCURRENCY, keepDays: values.RENDER_KEEP_DAYS }),
    shared: values.REDIS_URL !== undefined,
    warnings: Object.freeze(warnings),
  });
}

/** The secrets of the same environment; checked as {@link loadConfig} does. */
export function loadSecrets(env: Environment): Secrets {
  const { values, engines } = readValues(env);
  return Object.freeze({
    adminToken: values.ADMIN_TOKEN,
    metricsToken: values.METRICS_TOKEN,
    redisUrl: values.REDIS_URL,
    engineKeys: Object.freeze(engines.keys),
  });
}

function readValues(env: Environment): { values: Values; engines: EnginesRead } {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, variable] of Object.entries(VARIABLES)) {
    // Compose files and shells pass "not set" as empty text.
    const text = env[name]?.trim() || undefined;
    const result = variable.schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else {
      const shown = 'secret' in variable ? '' : `=${text}`;
      problems.push(`${name}${shown} ${result.error.issues[0]?.message ?? 'is wrong'}`);
    }
  }
  const known = values as Partial<Values>;
  if (
    known.CHUNK_SIZE !== undefined &&
    known.MAX_FILE_SIZE !== undefined &&
    env['CHUNK_SIZE'] &&
    known.CHUNK_SIZE > known.MAX_FILE_SIZE
  ) {
    problems.push(`CHUNK_SIZE=${known.CHUNK_SIZE} must not be larger than MAX_FILE_SIZE=${known.MAX_FILE_SIZE}`);
  }
  const engines = readEngines(env, known.TTS_ENGINES ?? []);
  problems.push(...engines.problems);
  if (problems.length > 0) {
    throw new AppError('config.invalid', `The configuration is wrong:\n${problems.map(p => `  ${p}`).join('\n')}`);
  }
  return { values: values as Values, engines };
}
