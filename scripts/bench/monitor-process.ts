/** A process that does little, as a server does most of the time, with or without the memory monitor. Prints the CPU time it took. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '#lib/base/clock.ts';
import { MemoryMonitor } from '#lib/memory/memory-monitor.ts';

const [mode = '', seconds = ''] = process.argv.slice(2);

const monitor = new MemoryMonitor({
  clock: systemClock,
  // As every server has it, but for its samples, which are looked at apart.
  checkInterval: mode === 'often' ? 1 : 3600,
  leakThreshold: 1_000_000,
  held: () => ({ heap: 0 }),
  observers: [],
});
// What a server holds, so that a sample reads a heap of that size.
const held = Array.from({ length: 200_000 }, (_, n) => ({ n, text: `entry ${n}` }));
if (mode !== 'without') monitor.start();
await pause(2000);
const before = process.cpuUsage();
await pause(Number(seconds) * 1000);
const { user, system } = process.cpuUsage(before);
monitor.stop();
if (held.length === 0) throw new Error('nothing was held');
process.stdout.write(String((user + system) / 1000));
