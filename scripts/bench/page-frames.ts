/** How smoothly the list scrolls: time and CPU time of each frame. */
import type { Browser, CDPSession } from 'playwright';
import type { BenchTable } from './bench.ts';

const FRAMES = 600;
const ROW = 40;

interface Frames {
  /** Milliseconds. */
  p50: number;
  p95: number;
  worst: number;
  /** Milliseconds of CPU time in all processes of the browser, for each frame. */
  cpu: number;
  /** Frames in which a row was still to be fetched, and in which the view was not covered by rows. */
  ghosts: number;
  blank: number;
}

/** @param url of a list of sounds that is longer than what is scrolled */
export async function framesTable(browser: Browser, url: string): Promise<BenchTable> {
  const row = async (name: string, step: number) => {
    const { p50, p95, worst, cpu, ghosts, blank } = await scroll(browser, url, step);
    return [name, p50.toFixed(1), p95.toFixed(1), worst.toFixed(1), cpu.toFixed(1), ghosts, blank];
  };
  return {
    title: 'Frames',
    columns: [
      `${FRAMES} frames`,
      'p50 (ms)',
      'p95 (ms)',
      'worst (ms)',
      'CPU, all of the browser (ms)',
      'with a row still loading',
      'blank',
    ],
    rows: [
      await row('idle', 0),
      await row('read, 12 px a frame', 12),
      await row('flung, 120 px a frame', 120),
      await row('flung, 2,000 px a frame', 2000),
    ],
  };
}

async function scroll(browser: Browser, url: string, step: number): Promise<Frames> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 } });
  const system = await browser.newBrowserCDPSession();
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'networkidle' });
    // Whoever turns to the list gets more than its first page.
    await page.locator('[data-index="0"]').hover();
    // What draws more than the first page may come only when somebody turns to the list.
    await page.locator('.rows').hover();
    await page.locator('.rows-all').waitFor();
    const before = await cpuTime(system);
    const measured = await page.locator('.rows').evaluate(
      async (pane, { frames, by, rowHeight }) => {
        const frame = () => new Promise<number>(resolve => requestAnimationFrame(resolve));
        const all = pane.querySelector('.rows-all')!;
        const height = pane.clientHeight - pane.querySelector<HTMLElement>('.row-head')!.offsetHeight;
        const times: number[] = [];
        let [ghosts, blank, top] = [0, 0, pane.scrollTop];
        let last = await frame();
        for (let i = 0; i < frames; i += 1) {
          top += by;
          pane.scrollTop = top;
          const now = await frame();
          times.push(now - last);
          last = now;
          if (all.querySelector('.ghost') !== null) ghosts += 1;
          const rows = all.querySelectorAll<HTMLElement>('[data-index]');
          const [from, to] = [rows[0], rows[rows.length - 1]].map(row => Number(row?.dataset['index']));
          // Written so that no row at all counts, too.
          if (!(from! * rowHeight <= top && (to! + 1) * rowHeight >= top + height)) blank += 1;
        }
        times.sort((a, b) => a - b);
        const at = (share: number) => times[Math.min(frames - 1, Math.floor(frames * share))]!;
        return { p50: at(0.5), p95: at(0.95), worst: at(1), ghosts, blank };
      },
      { frames: FRAMES, by: step, rowHeight: ROW },
    );
    return { ...measured, cpu: ((await cpuTime(system)) - before) / FRAMES };
  } finally {
    await system.detach();
    await context.close();
  }
}

/** Milliseconds of CPU time that the browser's processes have used so far. */
async function cpuTime(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.reduce((sum, { cpuTime: seconds }) => sum + seconds, 0);
}
