/** What the library page costs a browser, beside a page of a bare Next application. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright';
import { assetsOf } from '../../e2e/support/assets.ts';
import { CHROMIUM_ARGS, findChromium } from '../../e2e/support/chromium.ts';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import { startBareNext } from './bare-next.ts';
import type { Bench, BenchTable } from './bench.ts';
import { lighthouseTable } from './lighthouse.ts';
import { beforeAfterTable, besideBareTable } from './page-assets.ts';
import { framesTable } from './page-frames.ts';
import { buildReadable } from './readable-build.ts';
import { seedPictures } from './seed-pictures.ts';
import { seedLibrary } from './seed.ts';

const SOUNDS = 100_000;
const LIBRARY = '/sounds/effects';
const QUIET = { LOG_LEVEL: 'warn' };

const bench: Bench = {
  name: 'page',
  title: 'Library page',
  async run() {
    ensureBuild();
    const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-bench-'));
    const executablePath = findChromium();
    const browser = await chromium.launch({
      args: CHROMIUM_ARGS,
      ...(executablePath === undefined ? {} : { executablePath }),
    });
    try {
      await seedLibrary(folder, SOUNDS);
      await seedPictures(folder);
      const tables = [...(await servedTables(browser, folder)), await promiseTable(browser, folder)];
      const withLighthouse = tables.some(({ title }) => title.startsWith('Lighthouse'));
      return { tables, notes: withLighthouse ? NOTES : [...NOTES, 'Lighthouse could not be fetched from npm.'] };
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
export default bench;

const NOTES = [
  'Assets are what the browser loads before anything is pressed; Brotli is at quality 11. Fonts are those of the system.',
  'As written: the same application built without minification. Pictures are the waveforms of the rows in view, which are WebP as they are.',
  `Frames are measured while ${SOUNDS.toLocaleString('en')} sounds with pictures are scrolled, in headless Chromium without a GPU; an idle page at the same time tells what the machine itself allows. Pictures are not fetched while rows pass faster than they can be seen.`,
  'A frame is blank where the view is not covered by rows from edge to edge.',
  'Lighthouse simulates its devices: a desktop on a good line, and a middling phone, four times slower than this machine, on a slow one.',
];

async function servedTables(browser: Browser, dataDir: string): Promise<BenchTable[]> {
  await using server = await startServer({ dataDir, env: QUIET });
  await using bare = await startBareNext();
  const page = `${server.url}${LIBRARY}`;
  const pages = { 'bare Next page': bare.url, 'library page': page };
  const lighthouse = lighthouseTable(pages);
  return [
    await besideBareTable(browser, pages),
    await framesTable(browser, page),
    ...(lighthouse === undefined ? [] : [lighthouse]),
  ];
}

/** What was promised for assets: less than half of what they were. */
async function promiseTable(browser: Browser, dataDir: string): Promise<BenchTable> {
  using readable = await buildReadable();
  // One after the other, since only one server holds a data folder.
  const before = await readable.startServer({ dataDir, env: QUIET });
  const measured = await assetsOf(browser, `${before.url}${LIBRARY}`);
  await before.stop();
  await using after = await startServer({ dataDir, env: QUIET });
  return beforeAfterTable(measured, await assetsOf(browser, `${after.url}${LIBRARY}`));
}
