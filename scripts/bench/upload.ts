/** Uploads of 50 MB and 2 GB to the built server, beside formidable in a bare Node server in the same run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import type { Bench, BenchResult, BenchTable } from './bench.ts';
import type { UploadOrder, UploadOutcome } from './upload-client.ts';

const MB = 1_000_000;
const SMALL = 50 * MB;
const LARGE = 2_000 * MB;
const ROUNDS = 15;
const LARGE_ROUNDS = 3;
const MIB = 1024 * 1024;
/** `f_type` of a tmpfs, statfs(2). */
const TMPFS = 0x01021994;
/** `USER_HZ`: the unit of CPU time in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/** A health check every few milliseconds finds what blocks the event loop, and costs next to nothing. */
const PROBE_MS = 10;

interface Side extends AsyncDisposable {
  name: string;
  /** Where the form goes. */
  upload: string;
  /** Answers at once when the event loop is free. */
  probe: string;
  pid: number;
}

interface Run {
  /** Each upload of this run. */
  outcomes: UploadOutcome[];
  /** Of the server's process, seconds. */
  cpu: number;
  /** The largest resident set meanwhile, bytes. */
  peak: number;
}

const bench: Bench = {
  name: 'upload',
  title: 'Upload',
  async run(): Promise<BenchResult> {
    if (!existsSync('/proc/self/clear_refs'))
      throw new Error('This bench reads memory and CPU time from /proc: Linux only.');
    if (!ensureBuild()) throw new Error('The build failed; see above.');
    const folder = diskFolder();
    const client = startClient();
    try {
      const small = await compare(folder, client, { bytes: SMALL, parallel: 1 }, ROUNDS);
      const parallel = await compare(folder, client, { bytes: SMALL, parallel: 4 }, 3);
      const large = await compare(folder, client, { bytes: LARGE, parallel: 1 }, LARGE_ROUNDS);
      return report(small, parallel, large);
    } finally {
      client.child.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
export default bench;

interface Comparison {
  /** Resident set before the first upload that is measured, bytes, by the name of the side. */
  idle: Record<string, number>;
  runs: Record<string, Run[]>;
  /** Latencies of other requests during one more upload, milliseconds, sorted. */
  probes: Record<string, number[]>;
}

/** Both sides anew, warmed up by one upload, then in turns. */
async function compare(
  folder: string,
  client: Client,
  order: Omit<UploadOrder, 'url'>,
  rounds: number,
): Promise<Comparison> {
  const work = mkdtempSync(path.join(folder, 'run-'));
  await using ours = await startOurs(work);
  await using peer = await startPeer(work);
  const sides = [ours, peer];
  const comparison: Comparison = { idle: {}, runs: {}, probes: {} };
  for (const side of sides) {
    await client.send({ url: side.upload, bytes: SMALL / 10, parallel: order.parallel });
    comparison.idle[side.name] = await settledMemory(side.pid);
    comparison.runs[side.name] = [];
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const run = await measure(side, () => client.send({ ...order, url: side.upload }));
      comparison.runs[side.name]!.push(run);
    }
  }
  for (const side of sides) {
    // Apart from the rest, for a page server's answers cost it more than the peer's cost the peer.
    const probing = startProbing(side.probe);
    await client.send({ ...order, url: side.upload });
    comparison.probes[side.name] = await probing.stop();
  }
  rmSync(work, { recursive: true, force: true });
  return comparison;
}

async function startOurs(work: string): Promise<Side> {
  const dataDir = path.join(work, 'data');
  const server = await startServer({
    dataDir,
    env: { MAX_FILE_SIZE: String(2 * LARGE), LOG_LEVEL: 'warn' },
  });
  return {
    name: 'Talk2Me',
    upload: `${server.url}/api/sounds/effects`,
    probe: `${server.url}/api/health`,
    pid: server.pid,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function startPeer(work: string): Promise<Side> {
  const folder = path.join(work, 'peer');
  mkdirSync(folder);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'upload-peer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The allocator as `npm start` sets it, so that the difference is the programs'.
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536', NODE_ENV: 'production' },
  });
  const port = await firstLine(child);
  return {
    name: 'formidable',
    upload: `http://127.0.0.1:${port}/`,
    probe: `http://127.0.0.1:${port}/`,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function measure(side: Side, work: () => Promise<UploadOutcome[]>): Promise<Run> {
  const cpu = cpuSeconds(side.pid);
  // Resets the mark of the largest resident set, proc(5).
  writeFileSync(`/proc/${side.pid}/clear_refs`, '5');
  const outcomes = await work();
  return { outcomes, cpu: cpuSeconds(side.pid) - cpu, peak: memoryOf(side.pid, 'VmHWM') };
}

/** Asks again and again, one question at a time, and notes how long each answer takes. */
function startProbing(url: string): { stop(): Promise<number[]> } {
  const latencies: number[] = [];
  let over = false;
  const asking = (async () => {
    while (!over) {
      const asked = performance.now();
      await new Promise<void>((resolve, reject) => {
        get(url, answer => answer.resume().once('end', resolve)).once('error', reject);
      });
      latencies.push(performance.now() - asked);
      await new Promise(resolve => setTimeout(resolve, PROBE_MS));
    }
  })();
  return {
    async stop() {
      over = true;
      await asking;
      return latencies.sort((a, b) => a - b);
    },
  };
}

interface Client {
  child: ChildProcess;
  send(order: UploadOrder): Promise<UploadOutcome[]>;
}

function startClient(): Client {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'upload-client.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async send(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the client ended');
      const outcomes = JSON.parse(value) as UploadOutcome[];
      for (const { status, problem } of outcomes) {
        if (status !== 201) throw new Error(`${order.url} answered ${status}: ${problem}`);
      }
      return outcomes;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('a process ended without a word');
}

/** On a disk: a tmpfs would count as memory and never make anybody wait. */
function diskFolder(): string {
  const cache = path.join(import.meta.dirname, '../../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const place = [tmpdir(), cache].find(candidate => statfsSync(candidate).type !== TMPFS);
  if (place === undefined)
    throw new Error('There is no disk here: the temporary folder and the project are in memory.');
  return mkdtempSync(path.join(place, 'talk2me-bench-'));
}

/** Bytes. */
function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const [, kib = '0'] =
    new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** The resident set once it has not moved by a MiB for a second. */
async function settledMemory(pid: number): Promise<number> {
  let memory = memoryOf(pid, 'VmRSS');
  for (let still = 0; still < 10;) {
    await new Promise(resolve => setTimeout(resolve, 100));
    const now = memoryOf(pid, 'VmRSS');
    still = Math.abs(now - memory) < MIB ? still + 1 : 0;
    if (still === 0) memory = now;
  }
  return memory;
}

/** User and system time of all threads. */
function cpuSeconds(pid: number): number {
  // The name in parentheses may hold spaces; the fields behind it are counted from the third, proc(5).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function report(small: Comparison, parallel: Comparison, large: Comparison): BenchResult {
  return {
    tables: [
      goals(small, parallel, large),
      table(`50 MB, ${ROUNDS} times each in turns, medians`, SMALL, small),
      table('Four of 50 MB at once, 3 times, medians', SMALL, parallel),
      table(`2 GB, ${LARGE_ROUNDS} times each in turns, medians`, LARGE, large),
    ],
    notes: [
      'Client and servers share the cores of this machine over loopback; a client of its own process streams unique WAV files.',
      '"Receive" is from the request to the last byte hashed and handed to the file system, as each server measures it; ' +
        'fsync is in "store". The wall time of Talk2Me also holds the decoding, measuring and drawing of the whole recording.',
      'The peer is formidable in a bare Node server with its own SHA-256 and file stream, and an fsync before it answers.',
      'A ratio is the median of the rounds\' ratios. Talk2Me has most of its fsyncs within "receive" where a file is large, and the ' +
        'rest beside the analysis; the peer has them behind it: "until it is on disk" compares receive and store together.',
      'Memory is the peak of the resident set (VmHWM) over all uploads of a row, less what was resident after one upload of 5 MB.',
      'The probe is a GET /api/health every 10 ms during one more upload (of the peer: a bare answer): what blocks the event loop ' +
        'delays it, and so does a busy machine.',
    ],
  };
}

function goals(small: Comparison, parallel: Comparison, large: Comparison): BenchTable {
  // Round by round, since what else the machine does changes from one to the next.
  const ratio = (comparison: Comparison, bytes: number) => {
    const theirs = receiveRates(comparison, 'formidable', bytes);
    return median(receiveRates(comparison, 'Talk2Me', bytes).map((ours, round) => ours / (theirs[round] ?? Infinity)));
  };
  const rate = (comparison: Comparison, bytes: number) => median(receiveRates(comparison, 'Talk2Me', bytes));
  const durable = (comparison: Comparison) => {
    const seconds = (name: string) =>
      (comparison.runs[name] ?? []).flatMap(run =>
        run.outcomes.map(({ timings }) => ((timings['receive'] ?? 0) + (timings['store'] ?? 0)) / 1000),
      );
    const ours = seconds('Talk2Me');
    return median(seconds('formidable').map((theirs, round) => theirs / (ours[round] ?? Infinity)));
  };
  const row = (what: string, measured: string, goal: string, met: boolean) => [
    what,
    measured,
    goal,
    met ? 'yes' : 'no',
  ];
  const rows = [
    ...([['50 MB', small, SMALL], ['2 GB', large, LARGE]] as const).flatMap(([name, comparison, bytes]) => [
      row(`multipart, ${name}`, `${rate(comparison, bytes).toFixed(0)} MB/s`, '≥ 100 MB/s', rate(comparison, bytes) >= 100),
      row(
        `of formidable's, ${name}`,
        `${(100 * ratio(comparison, bytes)).toFixed(0)} %`,
        '≥ 80 %',
        ratio(comparison, bytes) >= 0.8,
      ),
      [`of formidable's, ${name}, until it is on disk`, `${(100 * durable(comparison)).toFixed(0)} %`, '', ''],
      row(
        `peak memory growth, ${name}`,
        `${growth(comparison, 'Talk2Me').toFixed(0)} MiB`,
        '≤ 45 MiB',
        growth(comparison, 'Talk2Me') <= 45,
      ),
    ]),
    ['peak memory growth, four of 50 MB at once', `${growth(parallel, 'Talk2Me').toFixed(0)} MiB`, '', ''],
  ]; // prettier-ignore
  return { title: 'Goals', columns: ['what', 'measured', 'goal', 'met'], rows };
}

function table(title: string, bytes: number, comparison: Comparison): BenchTable {
  const columns = [
    'server',
    'receive (MB/s)',
    'analyse (s)',
    'store (s)',
    'wall to the 201 (MB/s)',
    'CPU (s)',
    'memory growth (MiB)',
    'probe p99 (ms)',
    'probe max (ms)',
  ];
  const rows = Object.entries(comparison.runs).map(([name, runs]) => {
    const all = runs.flatMap(run => run.outcomes);
    const step = (which: string) => median(all.map(({ timings }) => (timings[which] ?? 0) / 1000));
    const probes = comparison.probes[name] ?? [];
    return [
      name,
      median(receiveRates(comparison, name, bytes)).toFixed(0),
      name === 'Talk2Me' ? step('analyse').toFixed(2) : '–',
      step('store').toFixed(2),
      median(
        runs.map(run => (bytes * run.outcomes.length) / MB / (Math.max(...run.outcomes.map(o => o.wall)) / 1000)),
      ).toFixed(0),
      median(runs.map(run => run.cpu)).toFixed(2),
      growth(comparison, name).toFixed(0),
      (probes[Math.floor(probes.length * 0.99)] ?? 0).toFixed(0),
      (probes.at(-1) ?? 0).toFixed(0),
    ];
  });
  return { title, columns, rows };
}

/** MB/s of each upload. */
function receiveRates({ runs }: Comparison, name: string, bytes: number): number[] {
  return (runs[name] ?? []).flatMap(run =>
    run.outcomes.map(({ timings }) => bytes / MB / ((timings['receive'] ?? Infinity) / 1000)),
  );
}

/** MiB over the idle server, the worst of all runs. */
function growth({ idle, runs }: Comparison, name: string): number {
  return (Math.max(...(runs[name] ?? []).map(run => run.peak)) - (idle[name] ?? 0)) / MIB;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
