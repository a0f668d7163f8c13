import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { seedLibrary } from '../scripts/bench/seed.ts';
import { startServer, type TestServer } from './support/server.ts';

const COUNT = 100_000;

let folder: string;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-large-'));
  await seedLibrary(folder, COUNT);
  server = await startServer({ dataDir: folder });
});

test.afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a hundred thousand sounds are scrolled to the end and back with no blank frame', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto(`${server.url}/sounds/effects`);
  const pane = page.locator('.rows');
  // Whoever turns to the list gets more than its first page.
  await page.locator('[data-index="0"]').hover();
  await expect(page.locator('.rows-all')).toBeVisible();
  const total = await page.evaluate(async () => {
    const answer = await fetch('/api/sounds/effects?limit=1');
    return ((await answer.json()) as { total: number }).total;
  });
  expect(await pane.evaluate(element => element.querySelector('.rows-all')!.clientHeight)).toBe(total * 40);

  // Every frame on the way: rows cover the view from edge to edge, drawn or on their way.
  const uncovered = await pane.evaluate(async element => {
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    const covered = () => {
      const view = element.getBoundingClientRect();
      const rows = element.querySelectorAll('[data-index]');
      const first = rows[0]?.getBoundingClientRect();
      const last = rows[rows.length - 1]?.getBoundingClientRect();
      return first !== undefined && last !== undefined && first.top <= view.top + 40 && last.bottom >= view.bottom - 1;
    };
    let bad = 0;
    const travel = async (to: number, steps: number) => {
      const from = element.scrollTop;
      for (let i = 1; i <= steps; i += 1) {
        element.scrollTop = from + ((to - from) * i) / steps;
        // The scroll event and what React draws for it come with the next frame.
        await frame();
        await frame();
        if (!covered()) bad += 1;
      }
    };
    await travel(30_000, 150);
    await travel(element.scrollHeight, 150);
    await travel(0, 300);
    return bad;
  });
  expect(uncovered).toBe(0);

  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('End');
  await expect(page.locator(`[data-index="${total - 1}"]:not(.ghost)`)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(page.locator('[data-index="0"]:not(.ghost)')).toBeFocused();
  // Not everything that was passed is kept.
  expect(await page.locator('[data-index]').count()).toBeLessThan(100);
});

test('coming back finds the list where it was left, to the pixel', async ({ page }) => {
  await page.goto(`${server.url}/sounds/effects`);
  const pane = page.locator('.rows');
  await page.locator('[data-index="0"]').hover();
  await expect(page.locator('.rows-all')).toBeVisible();
  await pane.evaluate(element => {
    element.scrollTop = 123_457;
  });
  const row = page.locator('[data-index="3090"]:not(.ghost)');
  await expect(row).toBeVisible();
  const name = await row.locator('.cell-name a').textContent();
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The sounds of your books' })).toBeVisible();
  await page.goBack();
  await expect(page.locator('[data-index="3090"]:not(.ghost) .cell-name a')).toHaveText(name!);
  expect(await pane.evaluate(element => element.scrollTop)).toBe(123_457);
});

test('a search while one types shows the last word’s matches only', async ({ page }) => {
  await page.goto(`${server.url}/sounds/effects`);
  await expect(page.locator('[data-index="0"]')).toBeVisible();
  await page.getByLabel('Search').pressSequentially('thunder', { delay: 20 });
  await expect(page).toHaveURL(/q=thunder$/);
  await expect(page.locator('.page-head .count')).toContainText('of');
  const answer = await page.request.get(`${server.url}/api/sounds/effects?q=thunder&limit=1`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  await expect(page.locator('[data-index="0"] code')).toHaveText(items[0]!.id);
  expect(await page.locator('.rows').evaluate(element => element.scrollTop)).toBe(0);
  await page.getByLabel('Search').fill('no such sound anywhere');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page.getByLabel('Search')).toHaveValue('');
  await expect(page.locator('[data-index="0"]:not(.ghost)')).toBeVisible();
});
