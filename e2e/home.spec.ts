import { expect, test } from '@playwright/test';
import { PACK, type StarterPackState } from '#lib/starter/pack.ts';
import { complaintsOf } from './support/quiet.ts';
import { startServer } from './support/server.ts';

/** A loaded machine makes a few seconds of computing a minute. */
const MADE = { timeout: 500_000 };
const of = (kind: string) => PACK.filter(sound => sound.kind === kind).length;

test('an empty library is given the starter pack, whose progress and sounds appear by themselves', async ({ page }) => {
  test.setTimeout(600_000);
  await using server = await startServer();
  const complaints = complaintsOf(page, server.url);
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'The library is empty' })).toBeVisible();
  const now = page.getByRole('region', { name: 'Now' });
  await expect(now).toContainText('Nothing is running.');
  await page.evaluate(() => Object.assign(window, { stayed: true }));

  await page.getByRole('button', { name: 'Add the starter pack' }).click();
  await expect(now).toContainText('Making the starter pack');
  await expect(now).toContainText(/\d+ of 44 sounds/);
  await expect(page.getByRole('heading', { name: 'The library is empty' })).toHaveCount(0);
  // Who else asks meanwhile gets the same run.
  const again = await page.request.post(`${server.url}/api/starter-pack`);
  expect([200, 202]).toContain(again.status());
  expect(server.logs().filter(line => line['msg'] === 'the starter pack is being made')).toHaveLength(1);

  const bar = now.getByRole('progressbar');
  const seen = new Set<string | null>();
  await expect(async () => {
    if ((await bar.count()) > 0) seen.add(await bar.getAttribute('aria-valuenow'));
    await expect(now).toContainText('The starter pack is in the library', { timeout: 1 });
  }).toPass({ ...MADE, intervals: [200] });
  // In steps, not at once.
  expect(seen.size).toBeGreaterThan(2);
  await expect(now.getByRole('status')).toHaveText('The starter pack is in the library, 44 sounds.');
  await expect(page.getByRole('link', { name: /^Effects/ })).toContainText(String(of('effects')));
  await expect(page.getByRole('link', { name: /^Background/ })).toContainText(String(of('background')));
  await expect(page.locator('.home-main')).toContainText(
    `${of('effects')} effects and ${of('background')} background beds`,
  );
  await expect(page.locator('.recent li')).toHaveCount(8);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);

  const state = (await (await page.request.get(`${server.url}/api/starter-pack`)).json()) as StarterPackState;
  expect(state).toEqual({ status: 'complete', done: PACK.length, total: PACK.length });
  expect((await page.request.post(`${server.url}/api/starter-pack`)).status()).toBe(200);
  await page.reload();
  await expect(now).toContainText('Nothing is running.');
  await expect(page.getByRole('button', { name: 'Add the starter pack' })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('an empty list offers the starter pack, and fills while it is looked at', async ({ page }) => {
  test.setTimeout(600_000);
  await using server = await startServer();
  const complaints = complaintsOf(page, server.url);
  await page.goto(`${server.url}/sounds/effects`);
  await expect(page.getByRole('heading', { name: 'No effects yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Add the starter pack' }).click();
  await expect(page.locator('.page-head .count')).toHaveText(String(of('effects')), MADE);
  await expect(page.locator('[data-index="0"]')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Background/ })).toContainText(String(of('background')), MADE);
  expect(complaints).toEqual([]);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the starter pack can be asked for, too', async ({ page }) => {
    await using server = await startServer();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Add the starter pack' }).click();
    await expect(page.getByRole('region', { name: 'Now' })).toContainText('Making the starter pack');
  });
});
