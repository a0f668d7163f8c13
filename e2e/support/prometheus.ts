import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram, installDebianPackage } from './programs.ts';
import { freePort } from './server.ts';

/** Milliseconds until a server must answer. */
const START_MS = 30_000;

export interface QueryResult {
  metric: Record<string, string>;
  value: number;
}

export interface TestPrometheus extends AsyncDisposable {
  /** An instant query; fails where Prometheus does not understand it. */
  query(expression: string): Promise<QueryResult[]>;
  /** `/api/v1/targets` and its like. */
  get(path: string): Promise<unknown>;
}

export function findPrometheus(): string | undefined {
  return findProgram('prometheus', 'PROMETHEUS_PATH');
}

/** Debian's package brings `promtool` along. Undefined where it cannot be had. */
export function installPrometheus(): string | undefined {
  installDebianPackage('prometheus');
  return findPrometheus();
}

/** Runs `promtool` to its end. @returns its exit code, and all that it printed */
export function promtool(words: readonly string[], input = ''): { status: number | null; output: string } {
  const program = findProgram('promtool', 'PROMTOOL_PATH');
  if (program === undefined) throw new Error('There is no promtool. Install one, or name it in PROMTOOL_PATH.');
  const { status, stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8', timeout: 60_000 });
  return { status, output: stdout + stderr };
}

/** Starts one with this configuration, in a folder and on a loopback port of its own, and waits until it answers. */
export async function startPrometheus(configuration: string): Promise<TestPrometheus> {
  const program = findPrometheus();
  if (program === undefined) throw new Error('There is no prometheus. Install one, or name it in PROMETHEUS_PATH.');
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-prometheus-'));
  const file = path.join(folder, 'prometheus.yml');
  await writeFile(file, configuration);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn(program, settings, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (output += String(piece)));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  void ended.then(() => process.removeListener('exit', onExit));
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };

  const deadline = performance.now() + START_MS;
  while ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok !== true) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await end();
      throw new Error(`prometheus did not start. It printed:\n${output}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const get = async (address: string) => {
    const response = await fetch(url + address);
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== 'success') throw new Error(`${address}: ${answer.error}`);
    return answer.data;
  };
  return {
    get,
    async query(expression) {
      const data = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { result } = data as { result: { metric: Record<string, string>; value: [number, string] }[] };
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    [Symbol.asyncDispose]: end,
  };
}
