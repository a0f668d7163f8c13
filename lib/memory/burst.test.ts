import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { OptimiseReport } from './memory-report.ts';

const PROGRAM = path.join(import.meta.dirname, 'burst.fixture.ts');
const GIB = 1024 ** 3;

interface Measured {
  /** Bytes of resident memory. */
  idle: number;
  peak: number;
  after: number;
  /** Milliseconds. */
  longest: number;
  report: OptimiseReport;
}

it('after a burst of 1 GiB optimising brings the process close to where it began, in short pauses', async () => {
  // As the start script sets it: glibc would keep the buffers.
  const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536' };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env });
  const { idle, peak, after, longest, report } = JSON.parse(stdout) as Measured;
  expect(peak - idle).toBeGreaterThan(0.95 * GIB);
  expect(after / idle).toBeLessThan(1.6);
  expect(report.freed_bytes).toBeGreaterThan(0.5 * GIB);
  expect(report.before.rss - report.after.rss).toBe(report.freed_bytes);
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(250);
}, 120_000);
