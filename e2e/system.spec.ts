import { expect, test } from '@playwright/test';
import { request } from 'node:http';
import { expectAccessible } from './support/accessible.ts';
import { complaintsOf } from './support/quiet.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

const FREQUENT = { MEMORY_CHECK_INTERVAL: '1' };

/** An upload that stays open until it is told to end. */
function openUpload(server: TestServer) {
  const boundary = 'kept-open';
  const sending = request(`${server.url}/api/sounds/effects`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  sending.on('error', () => undefined);
  sending.write(`--${boundary}\r\ncontent-disposition: form-data; name="audio_file"; filename="a.wav"\r\n\r\n`);
  sending.write(noiseWav(300_000));
  return { end: () => sending.destroy() };
}

test('the page of the operator is live: requests, an upload and a cache appear without a reload', async ({ page }) => {
  await using server = await startServer({ env: FREQUENT });
  const complaints = complaintsOf(page, server.url);
  await page.goto(`${server.url}/system`);
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await expect(page.locator('.verdict')).toContainText('Ready.');
  await expect(page.locator('.memory-plot canvas')).toBeVisible();
  const region = (name: string) => page.getByRole('region', { name });
  await expect(region('Ready')).toContainText('6 of 6');
  await expect(region('Uploads')).toContainText('none open');

  for (let n = 0; n < 12; n += 1) await (await fetch(`${server.url}/api/sounds/effects?limit=${(n % 3) + 1}`)).text();
  const row = region('Caches').getByRole('row', { name: /sounds\.list/ });
  await expect(row).toContainText('75.0%');
  const route = region('Routes').getByRole('row', { name: /GET \/api\/sounds\/\[kind\]/ });
  await expect(route).toBeVisible();

  const upload = openUpload(server);
  await expect(region('Uploads')).toContainText('1 open');
  await expect(region('Uploads')).toContainText(/2\d\d KiB/);
  upload.end();
  await expect(region('Uploads')).toContainText('none open');
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  expect(complaints).toEqual([]);
});

test('memory is optimised by a press, which says what it brought and when it can be had again', async ({ page }) => {
  await using server = await startServer({ env: FREQUENT });
  const complaints = complaintsOf(page, server.url);
  await page.goto(`${server.url}/system`);
  const panel = page.getByRole('region', { name: 'Optimise memory' });
  await panel.getByRole('button', { name: 'Optimise' }).click();
  await expect(panel.getByRole('status')).toContainText(/(freed|more in use) in \d+ ms/);
  for (const action of [
    'Expired and cold cache entries',
    'Idle workers closed',
    'Orphaned temporary files',
    'Garbage collected',
  ])
    await expect(panel).toContainText(action);
  const again = panel.getByRole('button', { name: /^Again in \d+ s$/ });
  await expect(again).toBeDisabled();
  // Who opens the page later sees it too.
  await page.reload();
  await expect(panel.getByRole('status')).toContainText(/in \d+ ms/);
  await expect(panel.getByRole('button', { name: 'Optimise' })).toBeEnabled();
  expect(complaints).toEqual([]);
});

test('cached answers are dropped by tag from the page', async ({ page }) => {
  await using server = await startServer();
  for (const kind of ['effects', 'background']) await (await fetch(`${server.url}/api/sounds/${kind}`)).text();
  await page.goto(`${server.url}/system`);
  const row = page.getByRole('row', { name: /sounds\.list/ });
  await expect(row.getByRole('cell').first()).toHaveText('2');
  await page.getByRole('button', { name: 'Drop…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Drop cached answers' });
  await dialog.getByRole('combobox').fill('sounds:effects');
  await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
  await expect(page.getByText('Dropped 1 cached answer of sounds:effects')).toBeVisible();
  await expect(row.getByRole('cell').first()).toHaveText('1');
  await page.getByRole('button', { name: 'Drop…' }).click();
  await dialog.getByRole('button', { name: 'Drop all' }).click();
  await expect(row.getByRole('cell').first()).toHaveText('0');
});

test('the chart is walked through by keys, and its numbers are in a table', async ({ page }) => {
  await using server = await startServer({ env: FREQUENT });
  await page.goto(`${server.url}/system`);
  const plot = page.locator('.memory-plot');
  await expect(plot.locator('canvas')).toBeVisible();
  await plot.focus();
  await page.keyboard.press('End');
  const tip = page.locator('.chart-tip');
  await expect(tip).toContainText(/Resident \d+/);
  await expect(page.getByRole('table', { name: 'Memory over time, MiB' }).getByRole('row').nth(1)).toContainText(
    /\d\d:\d\d/,
  );
  await page.getByRole('button', { name: '1 h', exact: true }).click();
  await expect(page.getByRole('button', { name: '1 h', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('the page says when the server is away, and goes on when it is back', async ({ page }) => {
  const server = await startServer({ env: FREQUENT });
  await page.goto(`${server.url}/system`);
  await expect(page.locator('.live')).toContainText('Live');
  await server.kill9();
  await expect(page.locator('.live')).toContainText('No answer since');
  await using again = await startServer({ env: FREQUENT, dataDir: server.dataDir, port: server.port });
  await expect(page.locator('.live')).toContainText('Live', { timeout: 60_000 });
  expect(again.port).toBe(server.port);
  // Parts that were not loaded when the server went away come late instead of never.
  await expect(page.locator('.memory-plot canvas')).toBeVisible();
});

test('a server that is asked to end ends the streams of those who watch it', async () => {
  const server = await startServer();
  const response = await fetch(`${server.url}/api/admin/system/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\n\ndata: ')) text += (await reader.read()).value ?? '';
  expect(text).toMatch(/^retry: \d+\n\n/);
  const stopped = server.stop('SIGTERM');
  // Cut off by the end of the process, reading would fail.
  while (!(await reader.read()).done) continue;
  await stopped;
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`the page of the operator is accessible, ${theme} at ${width} px`, async ({ page }) => {
      await using server = await startServer({ env: FREQUENT });
      const complaints = complaintsOf(page, server.url);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 800 });
      await (await fetch(`${server.url}/api/sounds/effects`)).text();
      await page.goto(`${server.url}/system`);
      await expect(page.locator('.memory-plot canvas')).toBeVisible();
      await page.getByRole('button', { name: 'Optimise' }).click();
      await expect(page.locator('.freed')).toBeVisible();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
  }
}
