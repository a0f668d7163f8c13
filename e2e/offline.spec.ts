import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Sound } from '#lib/sounds/sound.ts';
import { seedLibrary } from '../scripts/bench/seed.ts';
import { expectAccessible } from './support/accessible.ts';
import { complaintsOf } from './support/quiet.ts';
import { startServer } from './support/server.ts';
import { tone } from './support/tone.ts';

const notice = (page: Page) => page.locator('.connection');
const expectLost = (page: Page) => expect(notice(page)).toHaveAttribute('data-state', 'lost');
/** Longer than the longest pause between two looks at the server. */
const BACK = { timeout: 40_000 };

async function upload(page: Page, name: string, frequency: number): Promise<void> {
  const answer = await page.request.post('/api/sounds/effects', {
    multipart: { audio_file: { name: `${name}.wav`, mimeType: 'audio/wav', buffer: await tone(frequency, 2) } },
  });
  expect(answer.status()).toBe(201);
}

async function openSheet(page: Page, id: string): Promise<void> {
  await page.goto(`/sounds/effects?q=${id}`);
  await page.locator('[data-index="0"] .cell-name a').click();
  await expect(page.locator('.sheet-state')).toHaveText(/Saved/);
}

test('what is changed without a connection is kept, saved once when it is back, and seen in the other tab', async ({
  page,
  context,
  baseURL,
}) => {
  await upload(page, 'kept_offline', 2101);
  const complaints = complaintsOf(page, baseURL!, { mayFail: true });
  const other = await context.newPage();
  await other.goto('/sounds/effects?q=kept_offline');
  await openSheet(page, 'kept_offline');
  const saved: number[] = [];
  page.on('response', response => {
    if (response.request().method() === 'PATCH') saved.push(response.status());
  });

  await context.setOffline(true);
  await expectLost(page);
  await expect(page.getByRole('status').filter({ hasText: 'No connection to the server.' })).toBeVisible();
  const sheet = page.locator('.sheet');
  await sheet.getByRole('textbox', { name: 'Name' }).fill('Kept while offline');
  await sheet.getByRole('textbox', { name: 'Fade in' }).fill('0.5');
  await expect(sheet.locator('.sheet-notice')).toContainText('Waiting for connection; your change is kept.');
  await expect(sheet.locator('.sheet-state')).toHaveText(/Not saved yet/);

  // Leaving now would lose it.
  const asked = page.waitForEvent('dialog');
  void page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();

  await context.setOffline(false);
  await expect(sheet.locator('.sheet-state')).toHaveText(/Saved/, BACK);
  await expect(sheet.locator('.sheet-notice')).toHaveCount(0);
  await expect(notice(page)).toHaveAttribute('data-state', 'fine');
  const now = (await (await page.request.get('/api/sounds/effects/kept_offline')).json()) as Sound;
  expect(now).toMatchObject({ name: 'Kept while offline', fade_in: 0.5 });
  expect(saved).toEqual([200]);
  await expect(other.locator('[data-index="0"] .cell-name a')).toHaveText('Kept while offline');
  expect(complaints).toEqual([]);
});

test('an upload whose connection breaks in the middle goes on by itself, and arrives once', async ({
  page,
  context,
}) => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'talk2me-broken-upload-'));
  const first = await startServer({ dataDir });
  const { port, url } = first;
  const complaints = complaintsOf(page, url, { mayFail: true });
  await page.goto(`${url}/sounds/effects`);
  const network = await context.newCDPSession(page);
  const limitUpload = (bytesPerSecond: number) =>
    network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond,
    });
  await network.send('Network.enable');
  // So slow that it is under way for long.
  await limitUpload(100_000);
  const choosing = page.waitForEvent('filechooser');
  await page.locator('[data-upload-button]').click();
  await page.getByRole('menuitem', { name: 'Files' }).click();
  const buffer = await tone(2202, 20);
  await (await choosing).setFiles([{ name: 'cut_off_once.wav', mimeType: 'audio/wav', buffer }]);
  const bar = page.locator('.tray').getByRole('progressbar', { name: 'All uploads' });
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);

  // The start page shows it, with its numbers.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const now = page.getByRole('region', { name: 'Now' });
  await expect(now).toContainText('Uploading sounds, 0 of 1 done');
  await expect(now).toContainText(/of 3\.4 MiB/);
  const here = now.getByRole('progressbar');
  const before = Number(await here.getAttribute('aria-valuenow'));
  await expect.poll(async () => Number(await here.getAttribute('aria-valuenow'))).toBeGreaterThan(before);

  await first.kill9();
  await expectLost(page);
  await expect(page.locator('.tray')).toContainText('Waiting, 0 of 1 done');
  await expect(now).toContainText('The server was not reached.');
  await limitUpload(-1);
  await using again = await startServer({ dataDir, port });
  await expect(now).toContainText('1 added', BACK);
  await expect(page.locator('.recent')).toContainText('cut off once');
  const found = await page.request.get(`${again.url}/api/sounds/effects?q=cut_off_once`);
  expect(((await found.json()) as { total: number }).total).toBe(1);
  expect(complaints).toEqual([]);
  await again.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('a page that is asked for without a connection opens when it is back', async ({ page, context, baseURL }) => {
  await upload(page, 'asked_for', 2303);
  const complaints = complaintsOf(page, baseURL!, { mayFail: true });
  await page.goto('/sounds/effects?q=asked_for');
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await context.setOffline(true);
  await expectLost(page);
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(notice(page)).toContainText('What was chosen opens when it is back.');
  // What is there stays, and can be used.
  await expect(page.locator('[data-index="0"] .cell-name a')).toHaveText('asked for');
  await context.setOffline(false);
  await expect(page.getByRole('heading', { name: 'The sounds of your books' })).toBeVisible(BACK);

  // A part of the page that was not loaded yet comes late instead of never, and so does a page asked for by keys.
  await context.setOffline(true);
  await expectLost(page);
  await page.keyboard.press('Control+k');
  await expect(notice(page)).toContainText('What was chosen opens when it is back.');
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await context.setOffline(false);
  await expect(page.getByRole('combobox', { name: 'Place or sound' })).toBeVisible(BACK);
  await expect(page).toHaveURL(/sounds\/background$/, BACK);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  expect(complaints).toEqual([]);
});

/** Sounds that were never uploaded have no pictures and no recordings. */
const MADE_UP = /\/(waveform\.webp|audio|peaks)\?/;

test.describe('a long list', () => {
  let folder: string;
  test.beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'talk2me-offline-'));
    await seedLibrary(folder, 4000);
  });
  test.afterAll(() => rm(folder, { recursive: true, force: true }));

  test('says which rows do not come, keeps the others, and goes on by itself', async ({ page, context }) => {
    await using server = await startServer({ dataDir: folder });
    const complaints = complaintsOf(page, server.url, { mayFail: true, without: MADE_UP });
    await page.goto(`${server.url}/sounds/effects`);
    const pane = page.locator('.rows');
    await page.locator('[data-index="0"]').hover();
    await expect(page.locator('.rows-all [data-index="20"]:not(.ghost)')).toBeVisible();
    await context.setOffline(true);
    await expectLost(page);
    await pane.evaluate(element => (element.scrollTop = 2000 * 40));
    await expect(page.locator('.rows-missing')).toContainText(/Could not load sounds [\d,]+ to [\d,]+/);
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    await pane.evaluate(element => (element.scrollTop = 0));
    await expect(page.locator('[data-index="0"]:not(.ghost)')).toBeVisible();
    await expect(page.locator('.rows-missing')).toHaveCount(0);
    await pane.evaluate(element => (element.scrollTop = 2000 * 40));
    await expect(page.locator('.rows-missing')).toBeVisible();
    await context.setOffline(false);
    await expect(page.locator('[data-index="2005"]:not(.ghost)')).toBeVisible(BACK);
    await expect(page.locator('.rows-missing')).toHaveCount(0);
    expect(complaints).toEqual([]);
  });

  test('lives through a new start of the server, network or not', async ({ page }) => {
    const first = await startServer({ dataDir: folder });
    const { port, url } = first;
    const complaints = complaintsOf(page, url, { mayFail: true, without: MADE_UP });
    await page.goto(`${url}/sounds/background`);
    await page.locator('[data-index="0"] .cell-name a').click();
    await expect(page.locator('.sheet-state')).toHaveText(/Saved/);
    await first.stop();
    // Nothing tells the page but a request that fails.
    await page.locator('.sheet').getByRole('combobox', { name: 'Category' }).fill('survivors');
    await expectLost(page);
    expect(await page.evaluate(() => navigator.onLine)).toBe(true);
    await page.getByRole('button', { name: 'Try now' }).click();
    await expectLost(page);
    await using again = await startServer({ dataDir: folder, port });
    await expect(notice(page)).not.toHaveAttribute('data-state', 'lost', BACK);
    await expect(page.locator('.sheet-state')).toHaveText(/Saved/, BACK);
    const found = await page.request.get(`${again.url}/api/sounds/background?category=survivors`);
    expect(((await found.json()) as { total: number }).total).toBe(1);
    expect(complaints).toEqual([]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`the state without a connection is accessible, ${colorScheme} at ${width} px`, async ({
      browser,
      baseURL,
    }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, baseURL: baseURL! });
      const page = await context.newPage();
      const complaints = complaintsOf(page, baseURL!, { mayFail: true });
      await page.request.post('/api/sounds/effects', {
        multipart: { audio_file: { name: 'axe_offline.wav', mimeType: 'audio/wav', buffer: await tone(2404) } },
      });
      await page.goto('/');
      await page.getByRole('button', { name: /Go to or search/ }).waitFor();
      await context.setOffline(true);
      await expectLost(page);
      await expectAccessible(page, 'home');
      await context.setOffline(false);
      await openSheet(page, 'axe_offline');
      await context.setOffline(true);
      await expectLost(page);
      await page.locator('.sheet').getByRole('combobox', { name: 'Category' }).fill(`kept ${colorScheme} ${width}`);
      await expect(page.locator('.sheet-notice')).toBeVisible();
      await expectAccessible(page, 'sheet');
      expect(complaints).toEqual([]);
      await context.setOffline(false);
      await expect(page.locator('.sheet-state')).toHaveText(/Saved/, BACK);
      await context.close();
    });
  }
}
