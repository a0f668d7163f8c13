import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LEAK_KINDS } from './leak-rule.ts';
import type { MemoryReport } from './memory-report.ts';

const PROGRAM = path.join(import.meta.dirname, 'planted-leak.fixture.ts');
const TIMEOUT = 60_000;
const long = process.env['TEST_LONG'] === '1';

async function live(planted: string, hours: number): Promise<MemoryReport['leak']> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, planted, String(hours)]);
  return (JSON.parse(stdout) as MemoryReport).leak;
}

describe('in a real process', () => {
  it.each(LEAK_KINDS)(
    'a leak in %s is found within two hours of it and named',
    async kind => {
      const { verdict, episodes } = await live(kind, 3);
      expect({ verdict, kinds: episodes.map(episode => episode.kind) }).toEqual({ verdict: 'leaking', kinds: [kind] });
      expect(Date.parse(episodes[0]!.found_at) - Date.UTC(2026, 0, 1)).toBeLessThanOrEqual(2 * 3600_000);
      const planted = (kind === 'external' ? 6 : 1) * 1024 * 1024;
      expect(episodes[0]!.bytes_per_hour / planted).toBeGreaterThan(0.75);
      expect(episodes[0]!.bytes_per_hour / planted).toBeLessThan(1.5);
    },
    TIMEOUT,
  );

  it(
    'work that leaks nothing raises no alarm',
    async () => {
      const { verdict, episodes } = await live('none', long ? 200 : 24);
      expect({ verdict, episodes }).toEqual({ verdict: 'steady', episodes: [] });
    },
    TIMEOUT,
  );
});
