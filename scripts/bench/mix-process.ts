/**
 * A process that does nothing but mix, as the server does it: in a thread. Reads one {@link MixToFile} as JSON from standard input and
 * answers with one line, a {@link MixOutcome}.
 */
import { readFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { mixPool, mixToFile, type MixedFile, type MixToFile } from '#lib/mixdown/mix.ts';

export interface MixOutcome {
  mixed: MixedFile;
  /** From the call to the answer: the thread's start is in it, the process's is not. */
  seconds: number;
  /** Of all threads, in that time. */
  cpu: number;
  /** Of the resident set, MiB. */
  peak: number;
}

const mix = (await json(process.stdin)) as MixToFile;
const started = performance.now();
const before = process.cpuUsage();
const mixed = await mixToFile(mix);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const cpu = (user + system) / 1e6;
// Not `maxRSS`, which a process has from the one that started it.
const peak = Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
console.log(JSON.stringify({ mixed, seconds, cpu, peak } satisfies MixOutcome));
await mixPool().close();
