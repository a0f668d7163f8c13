/** What counting costs: a request's share, a scrape's, and a call's beside the empty route of a bare Next application. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '#lib/base/clock.ts';
import { endpointOf } from '#lib/http/route-templates.ts';
import { exposition } from '#lib/metrics/exposition.ts';
import { requestMetrics } from '#lib/metrics/http-requests.ts';
import { describeProcess } from '#lib/metrics/process.ts';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import { startBareNext } from './bare-next.ts';
import type { Bench, BenchTable } from './bench.ts';
import { median, requestsPerSecond } from './rate.ts';

const BATCH = 2000;
const BATCHES = 60;
const SCRAPES = 60;
const CONNECTIONS = 8;
const ROUNDS = 6;
const ROUND_MS = 2000;
const IDLE_SECONDS = 10;
const IDLE_ROUNDS = 3;
const MONITOR_PROCESS = path.join(import.meta.dirname, 'monitor-process.ts');
const run = promisify(execFile);

/** What a busy server sees: templates, methods and statuses by turns. */
const REQUESTS = [
  ['GET', '/api/sounds/effects?limit=50', 200],
  ['GET', '/api/sounds/effects/rain-on-a-roof', 200],
  ['GET', '/api/sounds/effects/rain-on-a-roof/audio?v=0123', 206],
  ['POST', '/api/sounds/background', 201],
  ['GET', '/_next/static/chunks/0123456789.js', 200],
  ['GET', '/sounds/effects', 200],
  ['GET', '/wp-login.php', 404],
] as const;

const bench: Bench = {
  name: 'metrics',
  title: 'Metrics',
  async run() {
    return {
      tables: [countTable(), await monitorTable(), await scrapeTable(), await routeTable()],
      notes: [
        `Counting: medians of ${BATCHES} batches of ${BATCH.toLocaleString('en')} requests, in this process; what Node's diagnostics channel itself costs is not in it.`,
        `The monitor: CPU time of a process that does nothing else for ${IDLE_SECONDS} s, by turns, medians of ${IDLE_ROUNDS}; a sample is taken once a minute by default, and here each second as well.`,
        `Scrapes: medians of ${SCRAPES}, with the metrics of Node and of as many label combinations as a busy server has, or as the cap allows.`,
        `Requests per second: ${CONNECTIONS} connections, one process asking on the same two cores, by turns; the median of ${ROUNDS} rounds.`,
      ],
    };
  },
};
export default bench;

function countTable(): BenchTable {
  const count = requestMetrics();
  let sink = 0;
  const ways: Record<string, () => void> = {
    'address to template': () => {
      for (const [, target] of REQUESTS) sink += endpointOf(target).length;
    },
    'counter and histogram': () => {
      for (const [method, target, status] of REQUESTS) count({ method, endpoint: target, status, seconds: 0.003 });
    },
    'both, with the clock': () => {
      for (const [method, target, status] of REQUESTS) {
        const started = systemClock.monotonic();
        const endpoint = endpointOf(target);
        count({ method, endpoint, status, seconds: (systemClock.monotonic() - started) / 1000 });
      }
    },
  };
  const rows = Object.entries(ways).map(([name, way]) => {
    const times: number[] = [];
    for (let batch = -10; batch < BATCHES; batch += 1) {
      const began = performance.now();
      for (let n = 0; n < BATCH; n += REQUESTS.length) way();
      if (batch >= 0) times.push(((performance.now() - began) * 1000) / BATCH);
    }
    return [name, median(times).toFixed(2)];
  });
  if (sink === 0) throw new Error('nothing was counted');
  return { title: 'Counting one request', columns: ['step', 'time (µs)'], rows };
}

/** What it costs to be watched: in all, and each sample. */
async function monitorTable(): Promise<BenchTable> {
  const modes = ['without', 'watching', 'often'] as const;
  const times = new Map<string, number[]>(modes.map(mode => [mode, []]));
  for (let round = 0; round < IDLE_ROUNDS; round += 1) {
    for (const mode of modes) {
      const { stdout } = await run(process.execPath, [MONITOR_PROCESS, mode, String(IDLE_SECONDS)]);
      times.get(mode)!.push(Number(stdout));
    }
  }
  const [without, watching, often] = modes.map(mode => median(times.get(mode)!));
  const sample = Math.max(0, often! - watching!) / IDLE_SECONDS;
  const share = (Math.max(0, watching! - without!) / IDLE_SECONDS + sample / 60) / 1000;
  return {
    title: 'The memory monitor',
    columns: ['what', 'CPU time'],
    rows: [
      ['a process without it', `${(without! / IDLE_SECONDS).toFixed(2)} ms each second`],
      ['watching, no samples', `${(watching! / IDLE_SECONDS).toFixed(2)} ms each second`],
      ['one sample', `${sample.toFixed(2)} ms`],
      ['of one core, a sample each minute', `${(share * 100).toFixed(3)} %`],
    ],
  };
}

async function scrapeTable(): Promise<BenchTable> {
  describeProcess('bench');
  const count = requestMetrics();
  const rows: [string, string, string][] = [];
  for (const combinations of [100, 1000]) {
    for (let n = 0; n < combinations; n += 1) {
      count({ method: 'GET', endpoint: `/bench/${n % 50}`, status: 200 + Math.floor(n / 50), seconds: 0.01 });
    }
    for (const format of ['text', 'openmetrics'] as const) {
      const times: number[] = [];
      let text = '';
      for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
        const began = performance.now();
        text = await exposition(format);
        times.push(performance.now() - began);
      }
      const series = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
      const size = `${(text.length / 1000).toFixed(0)} kB`;
      rows.push([`${format}, ${series.toLocaleString('en')} series`, size, median(times).toFixed(2)]);
    }
  }
  return { title: 'One scrape', columns: ['format', 'size', 'time (ms)'], rows };
}

async function routeTable(): Promise<BenchTable> {
  ensureBuild();
  await using bare = await startBareNext();
  await using server = await startServer({ env: { LOG_LEVEL: 'warn' } });
  const targets = {
    'an empty route of a bare Next application': `${bare.url}/api/empty`,
    '/api/health': `${server.url}/api/health`,
    '/metrics': `${server.url}/metrics`,
    '/api/ready': `${server.url}/api/ready`,
  };
  const results = new Map<string, number[]>(Object.keys(targets).map(name => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, url] of Object.entries(targets)) {
      const rate = await requestsPerSecond(url, { connections: CONNECTIONS, ms: ROUND_MS });
      // The first warms up.
      if (round > 0) results.get(name)!.push(rate);
    }
  }
  const rows = [...results].map(([name, rates]) => [name, median(rates).toFixed(0)]);
  return { title: 'Requests per second', columns: ['route', 'requests/s'], rows };
}
