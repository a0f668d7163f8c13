import { expect, test, type Page } from '@playwright/test';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { expectAccessible } from './support/accessible.ts';

/** A tone of its own for every test, since the library knows the same bytes again. */
async function tone(frequency: number): Promise<Buffer> {
  const signal = (time: number, channel: number) => 0.3 * Math.sin(2 * Math.PI * frequency * time + channel);
  return Buffer.from(await makeAudio({ format: 'wav', seconds: 0.5, sampleRate: 44_100, channels: 2, signal }));
}

async function upload(page: Page, kind: string, name: string, frequency: number): Promise<void> {
  const answer = await page.request.post(`/api/sounds/${kind}`, {
    multipart: { audio_file: { name: `${name}.wav`, mimeType: 'audio/wav', buffer: await tone(frequency) } },
  });
  expect(answer.status()).toBe(201);
  await page.goto(`/sounds/${kind}/${name}`);
}

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a sound is uploaded, found, edited, deleted and brought back', async ({ page }) => {
    await page.goto('/sounds/effects#upload');
    await page
      .getByLabel('Sound file')
      .setInputFiles({ name: 'creaky_gate.wav', mimeType: 'audio/wav', buffer: await tone(441) });
    await page.locator('#upload').getByRole('button', { name: 'Upload' }).click();
    await expect(page.locator('.notice.done')).toContainText('Added as creaky_gate.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('creaky gate');

    await page.getByLabel('Category').fill('doors');
    await page.getByLabel('Volume, gain 0 to 4').fill('0.5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.locator('.notice.done')).toContainText('Saved.');
    await expect(page.getByLabel('Volume, gain 0 to 4')).toHaveValue('0.5');

    await page.goto('/sounds/effects');
    await page.getByLabel('Search').fill('aky gat');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/q=aky/);
    await expect(page.locator('[data-index]')).toHaveCount(1);
    await expect(page.getByRole('gridcell', { name: 'doors' })).toBeVisible();

    await page.getByRole('link', { name: 'creaky gate' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page.locator('.notice.done')).toContainText('Deleted creaky_gate');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.locator('.notice.done')).toContainText('is back.');
  });

  test('a refused file is named with its reason', async ({ page }) => {
    await page.goto('/sounds/background#upload');
    await page.getByLabel('Sound file').setInputFiles({ name: 'rain.wav', mimeType: 'audio/wav', buffer: PICTURE });
    await page.locator('#upload').getByRole('button', { name: 'Upload' }).click();
    await expect(page.locator('.notice.error')).toContainText('PNG');
  });

  test('the list is turned by links, fifty to a page', async ({ page, request }) => {
    for (let i = 0; i < 52; i += 1) {
      const answer = await request.post('/api/sounds/background', {
        multipart: {
          audio_file: { name: `page_${i}.wav`, mimeType: 'audio/wav', buffer: await tone(1000 + i) },
          category: 'paged',
        },
      });
      expect(answer.status()).toBe(201);
    }
    await page.goto('/sounds/background?category=paged&sort=oldest');
    await expect(page.locator('[data-index]')).toHaveCount(50);
    await page.getByRole('link', { name: 'Next' }).click();
    await expect(page).toHaveURL(/page=2/);
    await expect(page.locator('[data-index]')).toHaveCount(2);
    await expect(page.getByRole('link', { name: 'page 51' })).toBeVisible();
    await page.getByRole('link', { name: 'Previous' }).click();
    await expect(page.locator('[data-index]')).toHaveCount(50);
  });
});

test('a sound is uploaded, searched, selected, deleted and brought back by keyboard alone', async ({ page }) => {
  await page.goto('/sounds/effects');
  await expect(page.locator('[data-upload-button]')).toBeVisible();
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('u');
  await expect(page.getByRole('menuitem', { name: 'Files' })).toBeFocused();
  await page.keyboard.press('Enter');
  await (
    await choosing
  ).setFiles([
    { name: 'owl_at_night.wav', mimeType: 'audio/wav', buffer: await tone(300) },
    { name: 'not_a_sound.wav', mimeType: 'audio/wav', buffer: PICTURE },
  ]);
  // It comes without a reload.
  await expect(page.locator('[data-index]', { hasText: 'owl at night' })).toBeVisible();
  await expect(page.getByText('PNG').first()).toBeVisible();

  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('owl at');
  await expect(page).toHaveURL(/q=owl/);
  await expect(page.locator('[data-index]')).toHaveCount(1);
  await expect(page.locator('.page-head .count')).toContainText('1 of');

  await page.keyboard.press('Tab');
  await page.locator('[data-index="0"]').focus();
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('1 selected');
  await page.keyboard.press('Delete');
  await expect(page.locator('.toast.done')).toContainText('Deleted owl_at_night, kept 30 days');
  await expect(page.locator('[data-index]')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(page.locator('[data-index]', { hasText: 'owl at night' })).toBeVisible();
});

test('what one tab does the other shows', async ({ page, context }) => {
  await upload(page, 'effects', 'two_tabs', 720);
  await page.goto('/sounds/effects?q=two_tabs');
  await expect(page.locator('[data-index]')).toHaveCount(1);
  const other = await context.newPage();
  await other.goto('/sounds/effects?q=two_tabs');
  await other.locator('[data-index="0"]').focus();
  await other.keyboard.press('Delete');
  await expect(page.locator('[data-index]')).toHaveCount(0);
  await other.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('[data-index]')).toHaveCount(1);
});

test('places and sounds are found from anywhere', async ({ page }) => {
  await upload(page, 'background', 'palette_stream', 640);
  await page.goto('/');
  await page.getByRole('button', { name: /Go to or search/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('palette str');
  await expect(page.getByRole('option', { name: /palette stream/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/palette_stream/);
});

test('the theme is chosen, kept, and drawn by the server', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /Theme/ }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /Theme/ }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const html = await (await page.request.get('/sounds/effects')).text();
  expect(html).toMatch(/<html[^>]*data-theme="dark"/);
});

test('two people who edit one sound do not overwrite each other', async ({ page, context }) => {
  await upload(page, 'effects', 'shared_bell', 523);
  const other = await context.newPage();
  await other.goto('/sounds/effects/shared_bell');
  await page.getByLabel('Category').fill('first');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.notice.done')).toContainText('Saved.');
  await other.getByLabel('Category').fill('second');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.locator('.notice.error')).toContainText('changed meanwhile');
  await expect(other.getByLabel('Category')).toHaveValue('first');
});

test('a sound plays, and can be sought in', async ({ page }) => {
  await upload(page, 'background', 'low_hum', 110);
  const audio = page.locator('.player audio');
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBeCloseTo(0.5, 2);
  await audio.evaluate((element: HTMLAudioElement) => {
    element.currentTime = 0.25;
  });
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeCloseTo(0.25, 2);
  expect(await audio.evaluate((element: HTMLAudioElement) => element.error)).toBeNull();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`every page is accessible, quiet and at home, ${colorScheme} at ${width} px`, async ({ browser, baseURL }) => {
      // Seven pages, each looked at whole.
      test.setTimeout(240_000);
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, baseURL: baseURL! });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', error => complaints.push(String(error)));
      page.on('request', request => {
        if (new URL(request.url()).origin !== baseURL && !request.url().startsWith('data:'))
          complaints.push(request.url());
      });
      await page.request.post('/api/sounds/effects', {
        multipart: {
          audio_file: { name: 'axe.wav', mimeType: 'audio/wav', buffer: await tone(2000) },
          id: 'axe',
          tags: 'a,b,c',
        },
      });
      for (const address of [
        '/',
        '/sounds/effects',
        '/sounds/background?q=nothing-like-it',
        '/sounds/effects/axe',
        '/sounds/effects?open=axe',
        '/docs',
        '/login',
      ]) {
        await page.goto(address);
        await expectAccessible(page, address);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  }
}

test('an address that is none says so', async ({ page }) => {
  const answer = await page.goto('/nowhere');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading')).toHaveText('Nothing here');
});
