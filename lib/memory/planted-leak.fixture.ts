/**
 * A real process with a real collector in which hours pass as fast as it can work: each minute of the monitor's clock is one round of
 * work. `node planted-leak.fixture.ts <none | heap | external | array_buffers> <hours>` prints the report as JSON.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '#lib/base/clock.ts';
import { MemoryMonitor } from './memory-monitor.ts';
import { SYSTEM } from './memory-system.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIB = 1024 * 1024;
const ROUNDS_BEFORE = 300;

const [planted = 'none', hours = '3'] = process.argv.slice(2);
const leaked: unknown[] = [];
const cache = new Map<number, string>();
const inHand: unknown[] = [];
let [time, round, due] = [0, 0, 0];

interface Leak {
  /** That leak in an hour. */
  hourly: number;
  /** Of one piece. */
  bytes: number;
  piece: () => unknown;
}

const LEAKS: Record<string, Leak> = {
  // Characters of one byte, and the header of a string.
  heap: { hourly: MIB, bytes: 1012, piece: () => text(1000) },
  // Node keeps text outside the heap from a length of 1 031 913 on; nothing smaller counts as external memory.
  external: { hourly: 6 * MIB, bytes: MIB, piece: () => text(MIB) },
  array_buffers: { hourly: MIB, bytes: 4096, piece: () => new ArrayBuffer(4096) },
};

function text(length: number): string {
  return Buffer.alloc(length, 97 + (leaked.length % 26)).toString('latin1');
}

/** Work of a minute: garbage, a saw-tooth of requests in hand, and a cache that fills and knows what it holds. */
function work(): void {
  round += 1;
  for (let i = 0; i < 200; i += 1) {
    JSON.parse(JSON.stringify({ round, i, list: [1, 2, 3], text: 'x'.repeat(100) }));
  }
  inHand.push(Buffer.alloc(30_000), { text: 'y'.repeat(2000) });
  if (round % 7 === 0) inHand.length = 0;
  cache.set(round % 2000, 'c'.repeat(990) + String(round).padStart(10, '0'));
}

function leak(): void {
  const plan = LEAKS[planted];
  if (plan === undefined) return;
  due += plan.hourly / 60;
  for (; due >= plan.bytes; due -= plan.bytes) leaked.push(plan.piece());
}

const clock: Clock = { now: () => new Date(Date.UTC(2026, 0, 1) + time), monotonic: () => time };
let sample: () => void = () => undefined;
for (let i = 0; i < ROUNDS_BEFORE; i += 1) work();
const monitor = new MemoryMonitor({
  clock,
  checkInterval: 60,
  leakThreshold: 1_000_000,
  held: () => ({ heap: cache.size * 1030 }),
  observers: [],
  system: {
    ...SYSTEM,
    every(_ms, run) {
      sample = run;
      return () => undefined;
    },
  },
});
monitor.start();
while (time < Number(hours) * HOUR) {
  work();
  leak();
  time += MINUTE;
  sample();
  // The observer of collections is told in a later turn of the loop.
  await turn();
  await turn();
}
monitor.stop();
console.log(JSON.stringify(monitor.report(HOUR, 10)));
