import { expect, test, type Page } from '@playwright/test';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { expectAccessible } from './support/accessible.ts';
import { startServer, type TestServer } from './support/server.ts';

/** Id, category, tags, seconds. */
const SOUNDS = [
  ['hail', 'Weather', 'cold,loud', 0.25],
  ['gale', 'Weather', 'loud', 0.6],
  ['latch', 'Doors', 'cold', 1.2],
  ['creak', 'Doors, old', 'wood', 2.5],
  ['bell', 'Town', 'loud', 4],
  ['plain', '', '', 8],
] as const;

let server: TestServer;
test.beforeAll(async () => {
  server = await startServer();
  for (const [i, [id, category, tags, seconds]] of SOUNDS.entries()) {
    const signal = (time: number) => 0.3 * Math.sin(2 * Math.PI * (300 + 50 * i) * time);
    const body = new FormData();
    for (const [name, value] of Object.entries({ id, category, tags })) body.append(name, value);
    body.append('audio_file', new Blob([await makeAudio({ format: 'wav', seconds, signal })]), `${id}.wav`);
    const answer = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST', body });
    expect(answer.status).toBe(201);
  }
});
test.afterAll(() => server.stop());

const open = async (page: Page, search = '') => {
  await page.goto(`${server.url}/sounds/effects${search}`);
  await expect(page.locator('[data-index="0"], .empty').first()).toBeVisible();
};
const expectRows = (page: Page, ids: readonly string[]) =>
  expect(page.locator('[data-index] .cell-name code')).toHaveText([...ids]);
const chip = (page: Page, name: RegExp) => page.locator('.filter-bar').getByRole('button', { name }).first();

test('several categories are chosen by keyboard, stand in the address and are cleared', async ({ page }) => {
  await open(page, '?sort=oldest');
  const category = chip(page, /^Category/);
  await category.focus();
  await page.keyboard.press('Enter');
  const choices = page.getByRole('dialog', { name: 'Categories' });
  await expect(choices.getByRole('searchbox', { name: 'Find a category' })).toBeFocused();
  await expect(category).toHaveAttribute('aria-expanded', 'true');
  // The most used first, with their counts.
  await expect(choices.getByRole('listitem').first()).toHaveText('Weather2');

  await page.keyboard.press('ArrowDown');
  await expect(choices.getByRole('checkbox', { name: 'Weather' })).toBeFocused();
  await page.keyboard.press('Space');
  await expectRows(page, ['hail', 'gale']);
  await choices.getByRole('searchbox').fill('doors, ');
  await expect(choices.getByRole('checkbox')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expectRows(page, ['hail', 'gale', 'creak']);
  await expect(page).toHaveURL(/category=Weather&category=Doors%2C\+old/);
  await expect(page.locator('.page-head .count')).toHaveText('3 of 6');

  await page.keyboard.press('Escape');
  await expect(choices).toBeHidden();
  await expect(category).toBeFocused();
  await expect(category).toHaveText('Weather +1');

  // The address alone says the same.
  await page.reload();
  await expectRows(page, ['hail', 'gale', 'creak']);
  await page.getByRole('button', { name: 'Clear the filter Category' }).click();
  await expectRows(
    page,
    SOUNDS.map(([id]) => id),
  );
  await expect(page).not.toHaveURL(/category/);
});

test('tags of a filter must all be there', async ({ page }) => {
  await open(page, '?sort=oldest');
  await chip(page, /^Tags/).click();
  const choices = page.getByRole('dialog', { name: 'Tags' });
  await choices.getByRole('checkbox', { name: 'loud' }).check();
  await expectRows(page, ['hail', 'gale', 'bell']);
  await choices.getByRole('checkbox', { name: 'cold' }).check();
  await expectRows(page, ['hail']);
  await expect(page).toHaveURL(/tag=loud%2Ccold/);
});

test('keys that are pressed in a filter do nothing to the list, and a press elsewhere closes it', async ({ page }) => {
  await open(page, '?sort=oldest');
  await page.locator('[data-index="0"]').focus();
  await chip(page, /^Category/).click();
  const choices = page.getByRole('dialog', { name: 'Categories' });
  await choices.getByRole('checkbox', { name: 'Town' }).focus();
  for (const key of ['Delete', 'x', 'Control+a', 'ArrowDown', 'End']) await page.keyboard.press(key);
  await expect(page.getByRole('region', { name: 'Selection' })).toBeHidden();
  await expectRows(
    page,
    SOUNDS.map(([id]) => id),
  );
  await page.locator('.page-head h1').click();
  await expect(choices).toBeHidden();
});

test('a length is chosen by its handles, by keyboard and by pointer', async ({ page }) => {
  await open(page, '?sort=oldest');
  const length = chip(page, /^Length/);
  await length.click();
  const choices = page.getByRole('dialog', { name: 'Length' });
  const longest = choices.getByRole('slider', { name: 'Longest' });
  const shortest = choices.getByRole('slider', { name: 'Shortest' });
  await expect(longest).toHaveAttribute('aria-valuetext', 'any length');
  await longest.focus();
  // The longest sound is in the bucket of 7 to 10 seconds.
  await page.keyboard.press('ArrowLeft');
  await expect(longest).toHaveAttribute('aria-valuetext', '7 s');
  await expectRows(page, ['hail', 'gale', 'latch', 'creak', 'bell']);
  await expect(page).toHaveURL(/max_length=7/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(length).toHaveText('up to 3 s');
  await expectRows(page, ['hail', 'gale', 'latch', 'creak']);
  await shortest.focus();
  await page.keyboard.press('End');
  // A bucket stays between the two.
  await expect(length).toHaveText('2 s to 3 s');
  await expectRows(page, ['creak']);

  const box = (await choices.locator('.length-bars').boundingBox())!;
  const grip = (await shortest.boundingBox())!;
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 20, grip.y, { steps: 5 });
  await page.mouse.up();
  await expect(length).toHaveText('up to 3 s');
  await expect(page).not.toHaveURL(/min_length/);
});

test('a length is typed where it must be exact, and what cannot be is said', async ({ page }) => {
  await open(page, '?sort=oldest');
  await chip(page, /^Length/).click();
  const choices = page.getByRole('dialog', { name: 'Length' });
  await choices.getByLabel('From').pressSequentially('0.6');
  await choices.getByLabel('To').pressSequentially('1,2');
  await expectRows(page, ['gale', 'latch']);
  await expect(page).toHaveURL(/min_length=0\.6&max_length=1\.2/);
  await choices.getByLabel('From').fill('5');
  await expect(choices.getByRole('status')).toHaveText('From is longer than To, so nothing would fit.');
  await expect(choices.getByLabel('From')).toHaveAttribute('aria-invalid', 'true');
  await choices.getByLabel('To').fill('soon');
  await expect(choices.getByRole('status')).toHaveText('To must be a number of seconds, such as 2.5.');
  // Until it means something the list stays.
  await expectRows(page, ['gale', 'latch']);
  await choices.getByLabel('To').fill('');
  await expectRows(page, ['plain']);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('several categories and lengths are sent by the form', async ({ page }) => {
    await page.goto(`${server.url}/sounds/effects?sort=oldest`);
    await page.getByLabel('Categories').selectOption(['Weather', 'Doors, old']);
    await page.getByLabel('From, seconds').fill('0.5');
    await page.getByRole('button', { name: 'Show' }).click();
    await expectRows(page, ['gale', 'creak']);
    await expect(page.getByLabel('Categories')).toHaveValues(['Weather', 'Doors, old']);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`open filters are accessible and fit, ${colorScheme} at ${width} px`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 700 } });
      const page = await context.newPage();
      await open(page, '?category=Weather&max_length=3');
      for (const [name, dialog] of [
        [/^Category/, 'Categories'],
        [/^Tags/, 'Tags'],
        [/^Length/, 'Length'],
      ] as const) {
        await chip(page, name).click();
        const choices = page.getByRole('dialog', { name: dialog });
        await expect(choices).toBeVisible();
        await expectAccessible(page, dialog);
        const box = (await choices.boundingBox())!;
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(700);
        await page.keyboard.press('Escape');
        await expect(choices).toBeHidden();
      }
      await context.close();
    });
  }
}
