import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page, type Route } from '@playwright/test';
import { seedLibrary } from '../scripts/bench/seed.ts';
import type { SoundList } from '#lib/sounds/sound.ts';
import { expectAccessible } from './support/accessible.ts';
import { startServer, type TestServer } from './support/server.ts';

/** More effects than can be selected at once. */
const COUNT = 12_000;

let folder: string;
let server: TestServer;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-selection-'));
  await seedLibrary(folder, COUNT);
  server = await startServer({ dataDir: folder });
});
test.afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const list = async (query: string) =>
  (await (await fetch(`${server.url}/api/sounds/effects?${query}`)).json()) as SoundList;
const total = async (query: string) => (await list(`limit=1&${query}`)).total;
const words = (count: number) => count.toLocaleString('en');
const bar = (page: Page) => page.getByRole('region', { name: 'Selection' });
const open = async (page: Page, search = '') => {
  await page.goto(`${server.url}/sounds/effects${search}`);
  await expect(page.locator('[data-index="0"]')).toBeVisible();
};

/** What was done, in words. Under the pointer it stays, with its way back, however long a test takes. */
async function expectDone(page: Page, text: string): Promise<void> {
  const toast = page.locator('.toast.done').last();
  await expect(toast).toContainText(text);
  await toast.hover();
}

/** Holds every request of a kind until it is let go: what is shown meanwhile can be looked at. */
async function hold(
  page: Page,
  matches: (route: Route) => boolean,
): Promise<{ next: () => Promise<void>; all: () => Promise<void> }> {
  const waiting: Route[] = [];
  let arrived: (() => void) | undefined;
  let holding = true;
  await page.route('**/api/sounds/effects**', async route => {
    if (!holding || !matches(route)) return route.fallback();
    waiting.push(route);
    arrived?.();
  });
  return {
    async next() {
      if (waiting.length === 0) await new Promise<void>(resolve => (arrived = resolve));
      await waiting.shift()!.fallback();
    },
    async all() {
      holding = false;
      for (const route of waiting.splice(0)) await route.fallback();
    },
  };
}

test('everything that matches is selected, tagged and put back, with its number on the way', async ({ page }) => {
  const query = 'category=Category+5&tag=even';
  const count = await total(query);
  expect(count).toBeGreaterThan(200);
  await open(page, '?category=Category+5&tag=even');
  const gate = await hold(page, route => route.request().url().includes('limit=200'));
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('Control+a');
  await expect(bar(page)).toContainText(`Selecting0 of ${words(count)}`);
  await gate.next();
  await expect(bar(page)).toContainText(`200 of ${words(count)}`);
  await gate.all();
  await expect(bar(page)).toContainText(`${words(count)} selected`);
  await expect(page.getByRole('checkbox', { name: 'Select all' })).toBeChecked();

  await bar(page).getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('Tags to add').fill('Brand new, even');
  const changes = await hold(page, route => route.request().method() === 'PATCH');
  await page.keyboard.press('Enter');
  await expect(bar(page)).toContainText(`Tagging0 of ${words(count)}`);
  await changes.next();
  await expect(bar(page)).toContainText(`100 of ${words(count)}`);
  await changes.all();
  await expectDone(page, `Tagged brand new, even for ${words(count)} sounds`);
  expect(await total('tag=brand+new')).toBe(count);
  // They are still selected, for whatever comes next.
  await expect(bar(page)).toContainText(`${words(count)} selected`);

  await page.keyboard.press('Control+z');
  await expect(page.locator('.toast.done')).toContainText(`${words(count)} sounds are as before`);
  expect(await total('tag=brand+new')).toBe(0);
  // The tag that all of them had before stays theirs.
  expect(await total(query)).toBe(count);
});

test('selecting all is called off and leaves the selection as it was', async ({ page }) => {
  await open(page);
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('x');
  await expect(bar(page)).toContainText('1 selected');
  const gate = await hold(page, route => route.request().url().includes('limit=200'));
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await gate.next();
  await expect(bar(page)).toContainText('200 of 10,000');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toContainText('1 selected');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toBeHidden();
});

test('ten thousand are the most at once, which is said; deleting them is stopped and undone', async ({ page }) => {
  test.setTimeout(180_000);
  const before = await total('');
  await open(page);
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('Control+a');
  await expect(bar(page)).toContainText('10,000 selected as many as can be at once; narrow the filter for others');
  const changes = await hold(page, route => route.request().method() === 'PATCH');
  await page.keyboard.press('Delete');
  await changes.next();
  await expect(bar(page)).toContainText('Deleting100 of 10,000');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toContainText('Stopping');
  await changes.all();
  await expectDone(page, 'Deleted 200 of 10,000 sounds, kept 30 days');
  expect(await total('')).toBe(before - 200);
  // What was not deleted is still selected.
  await expect(bar(page)).toContainText('9,800 selected');
  await expect(page.locator('.page-head .count')).toHaveText(words(before - 200));
  await page.keyboard.press('Control+z');
  await expect(page.locator('.toast.done')).toContainText('200 sounds are back');
  expect(await total('')).toBe(before);
});

test('what is deleted by the filter leaves an empty list, which undo fills again', async ({ page }) => {
  const count = await total('category=Category+30');
  await open(page, '?category=Category+30');
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await expect(bar(page)).toContainText(`${words(count)} selected`);
  await page.keyboard.press('Delete');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await expect(bar(page)).toBeHidden();
  await page.locator('.toast.done').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.page-head .count')).toContainText(`${words(count)} of`);
  expect(await total('category=Category+30')).toBe(count);
});

test('sounds that could not be changed are named with the reason, and stay selected', async ({ page }) => {
  await open(page, '?category=Category+20&sort=name');
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  const [gone, kept] = (await list('category=Category+20&sort=name&limit=2')).items;
  const count = await total('category=Category+20');
  await expect(bar(page)).toContainText(`${words(count)} selected`);
  // Somebody else was quicker.
  await fetch(`${server.url}/api/sounds/effects/${gone!.id}`, { method: 'DELETE' });
  await bar(page).getByRole('button', { name: 'Category', exact: true }).click();
  await page.getByLabel('Category to set').fill('Moved away');
  await page.keyboard.press('Enter');
  const report = page.locator('.bulk-problems');
  await expect(report).toContainText(`Category Moved away for ${words(count - 1)} of ${words(count)}.`);
  await report.getByText('1 could not be changed and are selected').click();
  await expectDone(page, `Category Moved away for ${words(count - 1)} of ${words(count)} sounds`);
  await expect(report.getByRole('listitem')).toContainText(gone!.id);
  await expect(bar(page)).toContainText('1 selected');
  expect(await total('category=Moved+away')).toBe(count - 1);
  await expectAccessible(page);
  await report.getByRole('button', { name: 'Close' }).press('Enter');
  await expect(report).toBeHidden();
  await page.keyboard.press('Control+z');
  await expect.poll(() => total('category=Moved+away')).toBe(0);
  expect((await list(`q=${kept!.id}`)).items[0]?.category).toBe('Category 20');
});

test('Ctrl A in a text field selects the text', async ({ page }) => {
  await open(page);
  await page.getByLabel('Search').fill('rain');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('wind');
  await expect(page.getByLabel('Search')).toHaveValue('wind');
  await expect(bar(page)).toBeHidden();
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Select all that match');
});

test.describe('by touch at 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  const row = (page: Page, index: number) => page.locator(`[data-index="${index}"]`);
  async function middleOf(page: Page, index: number) {
    const box = (await row(page, index).locator('.cell-name').boundingBox())!;
    return { x: Math.round(box.x + box.width / 3), y: Math.round(box.y + 10) };
  }

  test('a long press selects, taps go on, and all of it is done without a keyboard', async ({ page }) => {
    await open(page);
    const touch = await page.context().newCDPSession(page);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [await middleOf(page, 1)] });
    // Before the finger is lifted.
    await expect(row(page, 1)).toHaveAttribute('aria-selected', 'true');
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect(bar(page)).toContainText('1 selected');
    expect(await page.evaluate(() => window.getSelection()?.toString())).toBe('');
    await expect(page).toHaveURL(/\/sounds\/effects$/);

    const tap = async (index: number) => {
      const { x, y } = await middleOf(page, index);
      await page.touchscreen.tap(x, y);
    };
    await tap(2);
    await expect(bar(page)).toContainText('2 selected');
    // The bar is in view: only the list scrolls.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
    await expect(page).toHaveURL(/\/sounds\/effects$/);
    await tap(1);
    await expect(bar(page)).toContainText('1 selected');
    // One can still listen before one chooses.
    const play = row(page, 0).getByRole('button', { name: /^Play/ });
    await play.tap();
    await expect(row(page, 0)).toHaveAttribute('aria-selected', 'false');

    await bar(page).getByRole('button', { name: 'All 10,000' }).tap();
    await expect(bar(page)).toContainText('10,000 selected');
    await bar(page).getByRole('button', { name: 'Clear the selection' }).tap();
    await expect(bar(page)).toBeHidden();
    // A tap is a tap again.
    await tap(2);
    await expect(page).toHaveURL(/open=/);
  });

  test('a finger that scrolls selects nothing', async ({ page }) => {
    await open(page);
    const touch = await page.context().newCDPSession(page);
    const { x, y } = await middleOf(page, 4);
    const send = (type: 'touchStart' | 'touchMove', up: number) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y: y - up }] });
    const began = performance.now();
    await send('touchStart', 0);
    // It is down for longer than a long press takes, and moves from the start.
    for (let up = 25; up < 250 || performance.now() - began < 700; up = Math.min(250, up + 25)) {
      await send('touchMove', up);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => page.locator('.rows').evaluate(element => element.scrollTop)).toBeGreaterThan(100);
    await expect(page.locator('[aria-selected="true"]')).toHaveCount(0);
  });
});

test('a mouse has its context menu and its selection of text', async ({ page }) => {
  await open(page);
  const prevented = page.evaluate(
    () =>
      new Promise(resolve =>
        window.addEventListener('contextmenu', event => resolve(event.defaultPrevented), { once: true }),
      ),
  );
  await page.locator('[data-index="1"] .cell-name code').click({ button: 'right' });
  expect(await prevented).toBe(false);
  await page.keyboard.press('Escape');
  await page.locator('[data-index="1"] .cell-name code').dblclick();
  expect(await page.evaluate(() => window.getSelection()?.toString())).not.toBe('');
  await expect(page.locator('[aria-selected="true"]')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`the selection bar is accessible and fits, ${colorScheme} at ${width} px`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 740 } });
      const page = await context.newPage();
      await open(page);
      await page.locator('[data-index="0"]').focus();
      await page.keyboard.press('x');
      await expect(bar(page)).toContainText('1 selected');
      await expectAccessible(page);
      const box = (await bar(page).boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(740);
      await context.close();
    });
  }
}
