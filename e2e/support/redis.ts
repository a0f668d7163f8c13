import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram, installDebianPackage } from './programs.ts';
import { freePort } from './server.ts';

/** Milliseconds until a server must answer. */
const START_MS = 20_000;

export interface TestRedis extends AsyncDisposable {
  readonly port: number;
  /** For `REDIS_URL`. */
  readonly url: string;
  /** As `kill -9`, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Lets it stand still, and go on; what is sent meanwhile waits in its socket. */
  freeze(): void;
  thaw(): void;
  /** A command by a connection of its own; the first line of the reply, as `+OK`. */
  command(...words: string[]): Promise<string>;
  /** One whose reply is a list of texts. */
  list(...words: string[]): Promise<string[]>;
}

export interface RedisOptions {
  /** A free one when not given. */
  port?: number;
  /** More of `redis-server`'s, as `['--requirepass', 'secret']`. */
  settings?: readonly string[];
  /** Kept where a test starts another on it; else temporary. */
  folder?: string;
}

/** The path of a `redis-server`: `REDIS_SERVER_PATH`, or one on the path; undefined without any. */
export function findRedis(): string | undefined {
  return findProgram('redis-server', 'REDIS_SERVER_PATH');
}

/** Gets Debian's package where there is none. Undefined where that cannot be. */
export function installRedis(): string | undefined {
  installDebianPackage('redis-server');
  return findRedis();
}

/** Starts an empty one on the loopback that writes nothing to the disk, and waits until it answers. */
export async function startRedis({ port, settings = [], folder }: RedisOptions = {}): Promise<TestRedis> {
  const program = findRedis();
  if (program === undefined) throw new Error('There is no redis-server. Install one, or name it in REDIS_SERVER_PATH.');
  const ownFolder = folder ?? (await mkdtemp(path.join(tmpdir(), 'talk2me-redis-')));
  const ownPort = port ?? (await freePort());
  const settled = ['--port', String(ownPort), '--bind', '127.0.0.1', '--dir', ownFolder, '--save', '', ...settings];
  const child = spawn(program, settled, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (output += String(piece)));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  void ended.then(() => process.removeListener('exit', onExit));

  const kill9 = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = performance.now() + START_MS;
  // Any first line means that it talks: one with a password answers that it wants it.
  while ((await ask(ownPort, ['PING']).catch(() => [])).length === 0) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await kill9();
      throw new Error(`redis-server did not start. It printed:\n${output}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return {
    port: ownPort,
    url: `redis://127.0.0.1:${ownPort}`,
    kill9,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    command: async (...words) => (await ask(ownPort, words))[0] ?? '',
    list: async (...words) => (await ask(ownPort, words)).slice(1).filter(line => !line.startsWith('$')),
    async [Symbol.asyncDispose]() {
      await kill9();
      if (folder === undefined) await rm(ownFolder, { recursive: true, force: true });
    },
  };
}

/** The lines of the reply to one command; a list of single lines, or one line. */
function ask(port: number, words: readonly string[]): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setTimeout(5000, () => socket.destroy(new Error('Redis does not answer')));
  socket.on('error', reject).on('close', () => reject(new Error('Redis closed the connection')));
  socket.setEncoding('utf8').on('data', piece => {
    text += String(piece);
    const lines = text.split('\r\n').slice(0, -1);
    const items = /^\*(\d+)/.exec(text)?.[1];
    if (lines.length === 0 || lines.length < 1 + 2 * Number(items ?? 0)) return;
    resolve(lines);
    socket.destroy();
  });
  socket.write(`*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
  return promise;
}
