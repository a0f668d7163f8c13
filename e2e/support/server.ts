import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
/** All that a server in a test inherits: a developer's own PORT or ADMIN_TOKEN must not decide a test. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'COMSPEC'];
/** Kept of what a server prints, in characters; the newest. */
const OUTPUT_LIMIT = 4 * 1024 * 1024;

export interface ServerOptions {
  /** Settings beside `HOST`, `PORT`, `DATA_DIR` and `STARTER_PACK=false`, which may be overridden; undefined unsets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A folder to start on, left in place at the end; a temporary one, removed by `stop`, when not given. */
  readonly dataDir?: string;
  /** A free one when not given. */
  readonly port?: number;
  /** Milliseconds until `GET /api/health` must answer; 30 s when not given. */
  readonly timeout?: number;
  /** Runs the server under this command, for example `['prlimit', '--fsize=1000000']` or `['strace', '-f']`. */
  readonly under?: readonly string[];
}

/** One parsed JSON line of the log. */
export type LogLine = Record<string, unknown>;

export interface TestServer extends AsyncDisposable {
  /** For example `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Of the server itself (of the command it runs under, where there is one). */
  readonly pid: number;
  /** Every JSON line printed so far, in order. */
  logs(): LogLine[];
  /** Everything printed so far, the standard error included. */
  output(): string;
  /** Resolves with the exit code, or the signal's name, once the server has ended, whoever ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Asks it to end, as an init system does, and kills it after 10 s. Removes a temporary data folder. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** What a power cut does. Keeps the data folder until `stop`, so that another server may start on it. */
  kill9(): Promise<void>;
}

/** Starts the built server and waits until it answers. Fails with the log when it does not. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'talk2me-test-')));
  for (let attempt = 1; ; attempt += 1) {
    const server = launch(options, dataDir, options.port ?? (await freePort()));
    try {
      await ready(server, options.timeout ?? 30_000);
      return server;
    } catch (error) {
      await server.kill9();
      // Somebody took the port between our look and the server's.
      if (options.port === undefined && attempt < 3 && server.output().includes('EADDRINUSE')) continue;
      await server.stop();
      throw error;
    }
  }
}

function launch(options: ServerOptions, dataDir: string, port: number): TestServer {
  const command = [
    ...(options.under ?? []),
    process.execPath,
    path.join(root, 'scripts/start.ts'),
    '--no-env-file',
  ] as const;
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: environment(options, dataDir, port),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: what the server starts ends with it.
    detached: true,
  });
  const output = collectOutput(child);
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  // Awaited by whoever cares; a command that does not exist shows in `ready`.
  ended.catch(() => undefined);
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const onExit = () => signalGroup('SIGKILL');
  process.once('exit', onExit);
  void ended.catch(() => undefined).then(() => process.removeListener('exit', onExit));

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    // To the server alone first: it must be able to end its children by itself.
    child.kill(signal);
    const timer = setTimeout(() => signalGroup('SIGKILL'), 10_000);
    const result = await ended.catch(() => 1).finally(() => clearTimeout(timer));
    signalGroup('SIGKILL');
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    return result;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    pid: child.pid ?? -1,
    logs: () => parseLines(output()),
    output,
    ended,
    stop,
    kill9: async () => {
      signalGroup('SIGKILL');
      await ended.catch(() => undefined);
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function environment({ env }: ServerOptions, dataDir: string, port: number): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const settings = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, STARTER_PACK: 'false', ...env };
  const merged = { ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv), ...settings };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv;
}

/** Polls, because only an answer proves that it answers. */
async function ready(server: TestServer, timeout: number): Promise<void> {
  const deadline = performance.now() + timeout;
  let end: string | undefined;
  server.ended.then(
    result => (end = `ended with ${result}`),
    (error: Error) => (end = `did not start: ${error.message}`),
  );
  while (end === undefined && performance.now() < deadline) {
    const answer = await fetch(`${server.url}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const what = end ?? `did not answer GET /api/health within ${timeout} ms`;
  throw new Error(`The server ${what}. It printed:\n${server.output() || '(nothing)'}`);
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.length > 2 * OUTPUT_LIMIT) text = text.slice(-OUTPUT_LIMIT);
    });
  }
  return () => text;
}

function parseLines(text: string): LogLine[] {
  return text.split('\n').flatMap(line => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as LogLine];
    } catch {
      // Half a line: the rest is still to come.
      return [];
    }
  });
}

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A listening socket has no port.');
  return address.port;
}
