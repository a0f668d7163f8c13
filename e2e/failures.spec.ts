import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { complaintsOf } from './support/quiet.ts';
import { startServer, type TestServer } from './support/server.ts';

/** Takes a table away from a running server; returns the way to give it back. */
function takeAway({ dataDir }: TestServer, table: string): () => void {
  const run = (sql: string) => {
    const database = new DatabaseSync(path.join(dataDir, 'talk2me.db'));
    try {
      database.exec(`PRAGMA busy_timeout = 5000; ${sql}`);
    } finally {
      database.close();
    }
  };
  run(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  return () => run(`ALTER TABLE ${table}_away RENAME TO ${table}`);
}

test('a page that fails keeps the shell, says where the log has more, and comes when it is tried again', async ({
  page,
}) => {
  await using server = await startServer();
  const giveBack = takeAway(server, 'labels');
  const answer = await page.goto(`${server.url}/sounds/effects`);
  expect(answer?.status()).toBe(500);
  await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  const digest = /more under (\S+)\./.exec((await page.locator('.message-note').textContent()) ?? '')?.[1];
  expect(server.output()).toContain(digest);
  expect(await page.content()).not.toContain('no such table');
  giveBack();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'No effects yet' })).toBeVisible();
});

test('a shell that fails says so, and comes when it is tried again', async ({ page }) => {
  await using server = await startServer();
  const giveBack = takeAway(server, 'sound_totals');
  expect((await page.goto(server.url))?.status()).toBe(500);
  await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
  giveBack();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'The sounds of your books' })).toBeVisible();
});

test('a sound that is not there keeps the shell and leads on', async ({ page, baseURL }) => {
  const answer = await page.goto('/sounds/effects/never-uploaded');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible();
  const complaints = complaintsOf(page, baseURL!);
  await page.getByRole('link', { name: 'Look through the sounds' }).click();
  await expect(page).toHaveURL(/\/sounds\/effects$/);
  expect(complaints).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`pages of failures and empty ones are accessible, ${colorScheme} at ${width} px`, async ({ browser }) => {
      await using server = await startServer();
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      // First, since what was read once is not read again for a while.
      const giveBack = takeAway(server, 'labels');
      await page.goto(`${server.url}/sounds/background`);
      await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
      await expectAccessible(page, 'error in the shell');
      giveBack();
      for (const address of ['/', '/sounds/effects']) {
        await page.goto(server.url + address);
        await expect(page.getByRole('button', { name: 'Add the starter pack' })).toBeVisible();
        await expectAccessible(page, `empty ${address}`);
      }
      for (const address of ['/nowhere', '/sounds/effects/none']) {
        await page.goto(server.url + address);
        await expectAccessible(page, address);
      }
      await context.close();
    });
  }
}
