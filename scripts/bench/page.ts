/** What the library page costs a browser, beside a page of a bare Next application. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { chromium, type Browser } from 'playwright';
import { CHROMIUM_ARGS, findChromium } from '../../e2e/support/chromium.ts';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import { startBareNext } from './bare-next.ts';
import type { Bench, BenchTable } from './bench.ts';
import { seedLibrary } from './seed.ts';

const SOUNDS = 100_000;
const ROW = 40;

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
      await using server = await startServer({ dataDir: folder, env: { LOG_LEVEL: 'warn' } });
      await using bare = await startBareNext();
      return {
        tables: [
          await assetTable(browser, { 'bare Next page': bare.url, 'library page': `${server.url}/sounds/effects` }),
          await scrollTable(browser, `${server.url}/sounds/effects`),
        ],
        notes: [
          'Assets are what the browser loads before anything is pressed, each compressed with Brotli at quality 11.',
          `Frames are measured while ${SOUNDS.toLocaleString('en')} sounds are scrolled, ${ROW * 3} px a frame, in headless Chromium without a GPU; an idle page at the same time tells what the machine itself allows.`,
        ],
      };
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
export default bench;

async function assetTable(browser: Browser, pages: Readonly<Record<string, string>>): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const [name, url] of Object.entries(pages)) {
    const page = await browser.newPage();
    const bodies: { type: string; body: Promise<Buffer> }[] = [];
    page.on('response', response => {
      const type = response.request().resourceType();
      if (type === 'script' || type === 'stylesheet') bodies.push({ type, body: response.body() });
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    const sum = async (type: string, compress: boolean) => {
      let bytes = 0;
      for (const one of bodies.filter(body => body.type === type)) {
        const body = await one.body;
        bytes += compress
          ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
          : body.length;
      }
      return (bytes / 1000).toFixed(1);
    };
    rows.push([
      name,
      await sum('script', false),
      await sum('script', true),
      await sum('stylesheet', false),
      await sum('stylesheet', true),
    ]);
    await page.close();
  }
  return {
    title: 'Assets before anything is pressed',
    columns: ['page', 'JavaScript (kB)', 'JavaScript, Brotli (kB)', 'CSS (kB)', 'CSS, Brotli (kB)'],
    rows,
  };
}

async function scrollTable(browser: Browser, url: string): Promise<BenchTable> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  await page.goto(url, { waitUntil: 'networkidle' });
  const measure = (step: number) =>
    page.locator('.rows').evaluate(async (pane, by) => {
      const frame = () => new Promise<number>(resolve => requestAnimationFrame(resolve));
      const times: number[] = [];
      let ghosts = 0;
      let last = await frame();
      for (let i = 0; i < 600; i += 1) {
        pane.scrollTop += by;
        const now = await frame();
        times.push(now - last);
        last = now;
        if (pane.querySelector('.ghost') !== null) ghosts += 1;
      }
      times.sort((a, b) => a - b);
      return { p50: times[300]!, p95: times[570]!, worst: times[599]!, ghosts };
    }, step);
  const idle = await measure(0);
  const scrolled = await measure(3 * ROW);
  await page.close();
  const row = (name: string, { p50, p95, worst, ghosts }: typeof idle) => [
    name,
    p50.toFixed(1),
    p95.toFixed(1),
    worst.toFixed(1),
    ghosts,
  ];
  return {
    title: 'Frames',
    columns: ['600 frames', 'p50 (ms)', 'p95 (ms)', 'worst (ms)', 'frames with a row still loading'],
    rows: [row('idle', idle), row('scrolling', scrolled)],
  };
}
