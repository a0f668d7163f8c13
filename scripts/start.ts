/** `npm start`, and with `--dev` `npm run dev`: checks the configuration and the build, then becomes the server. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isAppError } from '#lib/base/errors.ts';
import { loadConfig, type Config } from '#lib/config/config.ts';

const root = path.join(import.meta.dirname, '..');
/** Only an image built with `output: 'standalone'` has this file. */
const STANDALONE = path.join(root, 'server.js');
const dev = process.argv.includes('--dev');

process.chdir(root);
if (!process.argv.includes('--no-env-file') && existsSync('.env')) process.loadEnvFile('.env');
const config = readConfig();
if (!dev && !existsSync('.next/BUILD_ID')) {
  fail('There is no build yet: run `npm run build`, or `npm run up` for everything at once.');
}
become(server(config), {
  ...process.env,
  NODE_ENV: dev ? 'development' : 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  // Next would read .env by rules of its own, after the check above. This is how it marks that as done.
  __NEXT_PROCESSED_ENV: 'true',
  HOST: config.host,
  // What a standalone server calls the same thing.
  HOSTNAME: config.host,
  PORT: String(config.port),
  DATA_DIR: config.dataDir,
  // glibc otherwise keeps freed buffers of up to 32 MiB: after a burst of uploads RSS would stay at its peak.
  MALLOC_MMAP_THRESHOLD_: process.env['MALLOC_MMAP_THRESHOLD_'] ?? '65536',
});

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (isAppError(error)) fail(error.message);
    throw error;
  }
}

function server({ host, port }: Config): string[] {
  if (existsSync(STANDALONE)) return [STANDALONE];
  return [path.join(root, 'node_modules/next/dist/bin/next'), dev ? 'dev' : 'start', '-H', host, '-p', String(port)];
}

/**
 * Replaces this process, so that its pid is the server's: signals arrive without a relay, and no server outlives a killed
 * parent. The allocator reads its variable only when a program starts, which this is.
 */
function become(command: readonly string[], env: NodeJS.ProcessEnv): void {
  const args = ['--disable-warning=ExperimentalWarning', ...command];
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.execve(process.execPath, [process.execPath, ...args], env);
  }
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', code => process.exit(code ?? 1));
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
