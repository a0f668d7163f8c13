import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { seedLibrary } from '../scripts/bench/seed.ts';
import { assetsOf } from './support/assets.ts';
import { startServer } from './support/server.ts';

/** Kilobytes after Brotli; a page of a bare Next application has 115. */
const JAVASCRIPT = 140;

test('the library page keeps to its budget of JavaScript, and needs no fonts', async ({ browser }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-budget-'));
  try {
    await seedLibrary(folder, 400);
    await using server = await startServer({ dataDir: folder });
    const { script, font } = await assetsOf(browser, `${server.url}/sounds/effects`);
    expect(script.plain).toBeGreaterThan(100_000);
    expect(script.brotli / 1000, 'what few need can be loaded with `lazily`').toBeLessThanOrEqual(JAVASCRIPT);
    expect(font.plain).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
