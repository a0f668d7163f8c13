import { expect, test } from '@playwright/test';
import { makeAudio } from '#lib/codecs/test-audio.ts';

type Picked = { name: string; mimeType: string; buffer: Buffer };

async function tone(frequency: number, seconds = 0.3): Promise<Buffer> {
  const signal = (time: number, channel: number) => 0.3 * Math.sin(2 * Math.PI * frequency * time + channel);
  return Buffer.from(await makeAudio({ format: 'wav', seconds, sampleRate: 44_100, channels: 2, signal }));
}

async function mixedFolder(): Promise<Picked[]> {
  const formats = ['wav', 'mp3', 'vorbis', 'opus', 'flac'] as const;
  const files: Picked[] = [];
  for (let i = 0; i < 28; i += 1) {
    const format = formats[i % formats.length]!;
    const signal = (time: number) => 0.3 * Math.sin(2 * Math.PI * (5000 + 37 * i) * time);
    const buffer = Buffer.from(await makeAudio({ format, seconds: 0.4, sampleRate: 48_000, channels: 1, signal }));
    const ending = format === 'vorbis' ? 'ogg' : format;
    files.push({ name: `folder_${String(i).padStart(2, '0')}.${ending}`, mimeType: '', buffer });
  }
  files.push({
    name: 'broken.wav',
    mimeType: 'audio/wav',
    buffer: Buffer.from('<!doctype html><title>no sound</title>'),
  });
  files.push({
    name: 'cut.flac',
    mimeType: 'audio/flac',
    buffer: files.find(f => f.name.endsWith('flac'))!.buffer.subarray(0, 400),
  });
  return files;
}

test('a folder of thirty mixed files is taken in, and the two bad ones are named', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto('/sounds/effects');
  const choosing = page.waitForEvent('filechooser');
  await page.locator('[data-upload-button]').click();
  await page.getByRole('menuitem', { name: 'Files' }).click();
  await (await choosing).setFiles(await mixedFolder());
  for (const name of ['broken.wav', 'cut.flac'])
    await expect(page.getByText(name).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('HTML').first()).toBeVisible({ timeout: 60_000 });

  // It goes on while pages change.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The sounds of your books' })).toBeVisible();
  const count = async () => {
    const answer = await page.request.get('/api/sounds/effects?q=folder&limit=1');
    return ((await answer.json()) as { total: number }).total;
  };
  await expect.poll(count, { timeout: 60_000 }).toBe(28);
  await page
    .getByRole('link', { name: /Effects/ })
    .first()
    .click();
  await page.getByLabel('Search').fill('folder_');
  await expect(page.locator('.page-head .count')).toContainText('28 of');
});

test('the same bytes again are told, and kept or skipped', async ({ page }) => {
  const buffer = await tone(3333);
  const send = async (name: string) => {
    const choosing = page.waitForEvent('filechooser');
    await page.locator('[data-upload-button]').click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    await (await choosing).setFiles([{ name, mimeType: 'audio/wav', buffer }]);
  };
  await page.goto('/sounds/background');
  await send('first_time.wav');
  await expect(page.locator('[data-index]', { hasText: 'first_time' })).toBeVisible();
  await send('second_time.wav');
  await expect(page.getByText(/Already here as/).first()).toBeVisible();
  await page
    .getByRole('button', { name: /Keep both/ })
    .first()
    .click();
  await expect(page.locator('[data-index]', { hasText: 'second_time' })).toBeVisible();
});

test('an upload that meets no network waits, and goes on by itself', async ({ page, context }) => {
  await page.goto('/sounds/effects');
  const send = async (name: string, frequency: number, offline: boolean) => {
    const choosing = page.waitForEvent('filechooser');
    await page.locator('[data-upload-button]').click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    const chooser = await choosing;
    await context.setOffline(offline);
    await chooser.setFiles([{ name, mimeType: 'audio/wav', buffer: await tone(frequency) }]);
  };
  // The tray comes with the first upload.
  await send('before_the_storm.wav', 2650, false);
  await expect(page.locator('[data-index]', { hasText: 'before the storm' })).toBeVisible();
  await send('after_the_storm.wav', 2750, true);
  await expect(page.getByText('after_the_storm.wav').first()).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('[data-index]', { hasText: 'after the storm' })).toBeVisible({ timeout: 30_000 });
});

test('a sound is changed in its sheet, saved as one types, and undone', async ({ page }) => {
  const answer = await page.request.post('/api/sounds/effects', {
    multipart: { audio_file: { name: 'sheet_gong.wav', mimeType: 'audio/wav', buffer: await tone(880, 2) } },
  });
  expect(answer.status()).toBe(201);
  const saved = async () =>
    (await (await page.request.get('/api/sounds/effects/sheet_gong')).json()) as {
      name: string;
      fade_in: number | null;
    };
  await page.goto('/sounds/effects?q=sheet_gong');
  await page.getByRole('link', { name: 'sheet gong' }).click();
  await expect(page).toHaveURL(/open=sheet_gong/);
  const sheet = page.locator('.sheet');
  await sheet.getByRole('textbox', { name: 'Name' }).fill('Gong, struck once');
  await sheet.getByRole('textbox', { name: 'Fade in' }).fill('0.25');
  await expect.poll(async () => (await saved()).fade_in).toBe(0.25);
  expect((await saved()).name).toBe('Gong, struck once');
  // The list beside it has heard of it.
  await expect(page.locator('[data-index="0"] .cell-name a')).toHaveText('Gong, struck once');
  await sheet.getByRole('button', { name: /Undo/ }).click();
  await expect.poll(async () => (await saved()).fade_in).toBeNull();
  await page.goBack();
  await expect(sheet).toHaveCount(0);
});
