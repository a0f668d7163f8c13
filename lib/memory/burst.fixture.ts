/**
 * A process that takes a burst of 1 GiB, lets go of it and is optimised: `node burst.fixture.ts` prints what was measured as JSON.
 * Most of it is buffers, as uploads make them, a quarter objects and text in the heap.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#lib/base/clock.ts';
import { collectGarbage, type Collection } from './garbage.ts';
import { MemoryOptimiser } from './memory-optimiser.ts';

const MIB = 1024 * 1024;
const BUFFER = 64 * 1024;

/** About what a server that has just begun holds: 40 MiB in small objects. */
const living = Array.from({ length: 250_000 }, (_, id) => ({ id, name: `object ${id}`, tags: [id] }));

async function burst(): Promise<void> {
  const held: unknown[] = [];
  for (let i = 0; i < (768 * MIB) / BUFFER; i += 1) {
    held.push(Buffer.alloc(BUFFER, 1));
    if (i % 256 === 0) await sleep(0);
  }
  for (let i = 0; i < 256; i += 1) {
    held.push(Buffer.alloc(MIB / 2, 97).toString('latin1'));
    for (let n = 0; n < 8192; n += 1) held.push({ n, next: [n] });
    await sleep(0);
  }
}

collectGarbage('exhaustive');
await sleep(100);
const idle = process.memoryUsage.rss();
await burst();
const peak = process.memoryUsage.rss();
/** Milliseconds of the main thread in the longest pause: what it takes where no other program wants the processor. */
let longest = 0;
function collect(collection: Collection): void {
  const before = process.threadCpuUsage();
  collectGarbage(collection);
  const { user, system } = process.threadCpuUsage(before);
  longest = Math.max(longest, (user + system) / 1000);
}
const failed = (_step: string, error: unknown) => console.error(error);
const report = await new MemoryOptimiser({ steps: [], clock: systemClock, failed, collect }).run();
const after = process.memoryUsage.rss();
console.log(JSON.stringify({ idle, peak, after, longest, report, living: living.length }));
