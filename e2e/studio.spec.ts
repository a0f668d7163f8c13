import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import type { Audiobook, AudiobookDraft } from '#lib/audiobooks/audiobook.ts';
import { expectAccessible } from './support/accessible.ts';
import { complaintsOf } from './support/quiet.ts';
import { tone } from './support/tone.ts';

/** Speech is computed; a loaded machine makes seconds of it a minute. */
const SPOKEN = { timeout: 90_000 };
/** The quickest voice there is. */
const VOICE = 'embedded:kal16';

let frequency = 5101;
async function addEffect(page: Page, name: string): Promise<void> {
  const answer = await page.request.post('/api/sounds/effects', {
    multipart: {
      audio_file: { name: `${name}.wav`, mimeType: 'audio/wav', buffer: await tone((frequency += 13), 0.3) },
    },
  });
  expect(answer.status()).toBe(201);
}

async function makeBook(page: Page, draft: Partial<AudiobookDraft> & { title: string }): Promise<Audiobook> {
  const answer = await page.request.post('/api/audiobooks', { data: draft });
  expect(answer.status()).toBe(201);
  return (await answer.json()) as Audiobook;
}

async function kept(page: Page, { id }: Pick<Audiobook, 'id'>): Promise<Audiobook> {
  return (await (await page.request.get(`/api/audiobooks/${id}`)).json()) as Audiobook;
}

const script = (page: Page) => page.getByRole('textbox', { name: 'Script' });
const problems = (page: Page) => page.getByRole('region', { name: 'Problems' });
const saved = (page: Page) => expect(page.locator('.save-state')).toHaveText(/Saved$/);
const chosenText = (page: Page) =>
  script(page).evaluate(area => {
    const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });

/** Opens a book and waits until its page has woken up and its script was checked. */
async function openBook(page: Page, { id }: Pick<Audiobook, 'id'>): Promise<void> {
  await page.goto(`/studio/${id}`);
  await expect(page.locator('.script-counts')).toContainText(/\d+ units?/);
}

test('a book is written, mended, cast, rendered, heard and kept', async ({ page, baseURL }) => {
  await addEffect(page, 'studio_knock');
  // Between two pages there is no icon for a moment, and Chromium may ask for the one that every site once had.
  const complaints = complaintsOf(page, baseURL!, { without: /favicon\.ico$/ });
  await page.goto('/studio');
  await page.locator('main').getByRole('button', { name: 'New book' }).first().click();
  await expect(page).toHaveURL(/\/studio\/[0-9a-f]{32}$/);
  const title = page.getByRole('textbox', { name: 'Title' });
  await expect(title).toBeFocused();
  await page.keyboard.type('The Knock');

  await script(page).click();
  await page.keyboard.insertText('{{{voice:narrator}}}Who is there? {{{sfx:studio_knok}}}');
  await expect(problems(page).getByRole('listitem')).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Fix 2 errors to render' })).toBeVisible();
  await page.keyboard.press('F8');
  await expect.poll(() => chosenText(page)).toBe('narrator');
  await page.keyboard.press('F8');
  await expect.poll(() => chosenText(page)).toBe('studio_knok');
  await page.keyboard.press('Control+.');
  await expect(script(page)).toHaveValue('{{{voice:narrator}}}Who is there? {{{sfx:studio_knock}}}');
  // What a fix has done the browser's own undo takes back.
  await page.keyboard.press('Control+z');
  await expect(script(page)).toHaveValue(/studio_knok\}/);
  await page.keyboard.press('Control+Shift+z');
  await expect(problems(page).getByRole('listitem')).toHaveCount(1);

  await page.getByRole('button', { name: 'Choose a voice for narrator' }).click();
  await page.getByRole('searchbox', { name: 'Search voices' }).fill('kal16');
  await page.getByRole('button', { name: /embedded:kal16$/ }).click();
  await expect(problems(page)).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Cast' })).toContainText('American robot');

  await script(page).press('Control+End');
  await page.keyboard.press('Alt+1');
  await expect(script(page)).toHaveValue(/studio_knock\}\}\}\{\{\{voice:narrator\}\}\}$/);
  // Long enough to be paused while it is heard.
  await page.keyboard.type('Nobody. {{{pause:20}}} Still nobody.');
  await page.keyboard.press('Control+Enter');
  const past = page.locator('.past-renders li');
  await expect(past).toContainText('The Knock', SPOKEN);
  await expect(page.getByText('Rendered, 0:')).toBeVisible();

  const download = page.waitForEvent('download');
  await past.getByRole('link', { name: /^Download/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^The Knock.*\.wav$/);
  const bytes = await readFile(await file.path());
  expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
  expect(bytes.length).toBeGreaterThan(100_000);

  await past.getByRole('button', { name: /^Play/ }).click();
  const transport = page.getByRole('region', { name: 'Transport' });
  await expect(transport.locator('.transport-clock')).not.toHaveText('0:00.0');
  // The text that is heard is marked.
  await expect(page.locator('.mark-heard').first()).toHaveText(/Who is there|Nobody/);
  await transport.getByRole('button', { name: 'Pause' }).click();
  await expect(transport.getByRole('button', { name: 'Play' })).toBeVisible();

  await past.getByRole('button', { name: /^Remove/ }).click();
  await expect(past).toHaveCount(0);
  // In the text the key takes back what was written, not what a message offers.
  const written = await script(page).inputValue();
  await script(page).press('Control+z');
  await expect(script(page)).not.toHaveValue(written);
  await page.keyboard.press('Control+Shift+z');
  await expect(script(page)).toHaveValue(written);
  await expect(past).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(past).toHaveCount(1);

  await saved(page);
  await page.reload();
  await expect(title).toHaveValue('The Knock');
  await page.getByRole('banner').getByRole('link', { name: 'Studio' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'The Knock' })).toContainText('Up to date');
  expect(complaints).toEqual([]);
});

test('a sound that was missing is found as soon as somebody uploads it', async ({ page, context }) => {
  const book = await makeBook(page, { title: 'Missing', script: '{{{sfx:studio_late}}}' });
  await openBook(page, book);
  await expect(problems(page)).toContainText('There is no effect “studio_late”');
  const library = await context.newPage();
  await library.goto('/sounds/effects');
  const buffer = await tone((frequency += 13), 0.3);
  const choosing = library.waitForEvent('filechooser');
  await library.locator('[data-upload-button]').click();
  await library.getByRole('menuitem', { name: 'Files' }).click();
  await (await choosing).setFiles([{ name: 'studio_late.wav', mimeType: 'audio/wav', buffer }]);
  await expect(problems(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Render', exact: true })).toBeEnabled();
});

test('a preview begins where the caret is', async ({ page, baseURL }) => {
  const text = 'One is here.\n\nTwo is there.';
  const book = await makeBook(page, { title: 'Preview', script: text, settings: { default_voice: VOICE } });
  const complaints = complaintsOf(page, baseURL!);
  await openBook(page, book);
  await script(page).press('Control+End');
  await page.keyboard.press('Alt+Enter');
  const transport = page.getByRole('region', { name: 'Transport' });
  await expect(transport).toContainText('preview from line 3');
  await expect(page.locator('.mark-heard')).toHaveText('Two is there.', SPOKEN);
  expect(complaints).toEqual([]);
});

test('a render is paused, gone on with, cancelled and tried again', async ({ page }) => {
  const text = Array.from({ length: 80 }, (_, n) => `This is sentence number ${n} of a book that takes a while.`);
  const book = await makeBook(page, {
    title: 'Long',
    script: text.join('\n'),
    settings: { default_voice: 'embedded:slt' },
  });
  await openBook(page, book);
  await page.getByRole('button', { name: 'Render', exact: true }).click();
  const job = page.locator('.render-job');
  await expect(job).toContainText(/\d+ of 80/);
  await job.getByRole('button', { name: 'Pause the render' }).click();
  await expect(job).toContainText('Paused');
  await job.getByRole('button', { name: 'Go on' }).click();
  await expect(job).toHaveAttribute('data-status', /queued|running/);
  await job.getByRole('button', { name: 'Cancel the render' }).click();
  await expect(job).toContainText('Cancelled');
  await expect(page.getByRole('button', { name: 'Render', exact: true })).toBeEnabled();
  await job.getByRole('button', { name: 'Try again' }).click();
  await expect(job).toHaveAttribute('data-status', /queued|running/);
  await job.getByRole('button', { name: 'Cancel the render' }).click();
  await expect(job).toContainText('Cancelled');
});

test('what could not be spoken is named with its line, and leads there', async ({ page }) => {
  const text = 'This can be said.\n\n日本語です。';
  const book = await makeBook(page, { title: 'Foreign', script: text, settings: { default_voice: VOICE } });
  await openBook(page, book);
  await page.keyboard.press('Control+Enter');
  const job = page.locator('.render-job');
  await expect(job).toHaveAttribute('data-status', 'failed', SPOKEN);
  await expect(job).toContainText('1 of 2');
  await expect(page.getByText('Not rendered. 1 unit could not be spoken.')).toBeVisible();
  await job.getByRole('button', { name: 'Go to line 3' }).click();
  await expect.poll(() => chosenText(page)).toBe('日本語です。');
});

test('two tabs write one book: what lies apart is merged, what clashes is chosen, and nothing is lost', async ({
  page,
  context,
}) => {
  const book = await makeBook(page, { title: 'Two tabs', script: 'one\n\ntwo\n\nthree' });
  const other = await context.newPage();
  await openBook(page, book);
  await openBook(other, book);
  await script(page).press('Control+End');
  await page.keyboard.type(' mine');
  // The other tab hears of it.
  await expect(script(other)).toHaveValue('one\n\ntwo\n\nthree mine');

  // Another machine tells nobody.
  const elsewhere = await page.request.patch(`/api/audiobooks/${book.id}`, {
    data: { script: 'ONE\n\ntwo\n\nthree mine' },
  });
  expect(elsewhere.status()).toBe(200);
  await page.keyboard.type(', again');
  await expect(script(page)).toHaveValue('ONE\n\ntwo\n\nthree mine, again');
  await saved(page);

  await page.request.patch(`/api/audiobooks/${book.id}`, { data: { script: 'ONE\n\ntwo\n\nthree theirs' } });
  await page.keyboard.type('!');
  const notice = page.locator('.save-notice');
  await expect(notice).toContainText('Changed elsewhere too: script.');
  await expect(notice.locator('.clash')).toContainText('three mine, again!');
  await expect(notice.locator('.clash')).toContainText('three theirs');
  await notice.getByRole('button', { name: 'Keep both, one after the other' }).click();
  await saved(page);
  expect((await kept(page, book)).script).toBe('ONE\n\ntwo\n\nthree mine, again!\nthree theirs');
  await expect(script(other)).toHaveValue('ONE\n\ntwo\n\nthree mine, again!\nthree theirs');
});

test('what is written without a connection is kept, and saved when it is back', async ({ page, context }) => {
  const book = await makeBook(page, { title: 'Offline' });
  await openBook(page, book);
  await context.setOffline(true);
  await script(page).click();
  await page.keyboard.type('Written in a tunnel.');
  await expect(page.locator('.save-notice')).toContainText('Waiting for connection; what you write is kept.');
  const asked = page.waitForEvent('dialog');
  void page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await context.setOffline(false);
  await expect(page.locator('.save-state')).toHaveText(/Saved$/, { timeout: 40_000 });
  expect((await kept(page, book)).script).toBe('Written in a tunnel.');
});

test('a book is deleted at once, and comes back', async ({ page, context }) => {
  const book = await makeBook(page, { title: 'Gone and back' });
  const other = await context.newPage();
  await openBook(other, book);
  await page.goto('/studio');
  const row = page.getByRole('listitem').filter({ hasText: book.title });
  await row.getByRole('button', { name: `Delete ${book.title}` }).click();
  await expect(row).toHaveCount(0);
  expect((await page.request.get(`/api/audiobooks/${book.id}`)).status()).toBe(404);
  await expect(other.locator('.save-notice')).toContainText('It was deleted.');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await expect(other.locator('.save-notice')).toHaveCount(0);

  await row.getByRole('button', { name: `Delete ${book.title}` }).click();
  await expect(row).toHaveCount(0);
  await other.getByRole('button', { name: 'Bring it back' }).click();
  await expect(row).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.locator('.recent-books')).toContainText(book.title);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(row).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('books are made, read, deleted and brought back', async ({ page }) => {
    const book = await makeBook(page, { title: 'Plain', script: 'Can be read.' });
    await page.goto('/studio');
    await page.getByRole('link', { name: 'Plain' }).click();
    await expect(script(page)).toHaveValue('Can be read.');
    await page.goto('/studio');
    await page.getByRole('button', { name: 'Delete Plain' }).click();
    await expect(page.locator('.notice.done')).toContainText('Deleted Plain, kept 30 days.');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.locator('.notice.done')).toContainText('Plain is back.');
    expect((await kept(page, book)).title).toBe('Plain');
    await page.getByRole('button', { name: 'New book' }).first().click();
    await expect(page).toHaveURL(/\/studio\/[0-9a-f]{32}$/);
    await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Untitled');
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1360, 360]) {
    test(`the studio is accessible, ${theme} at ${width} px`, async ({ page, baseURL }) => {
      const book = await makeBook(page, {
        title: `Seen ${theme} ${width}`,
        script: '# One\n\n{{{voice:nobody}}}Hello {{{sfx:nothing,volume:0.5}}}\n\n{{voice:x}} there.',
        cast: { ghost: VOICE },
      });
      const complaints = complaintsOf(page, baseURL!);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 800 });
      await openBook(page, book);
      await expect(problems(page)).toBeVisible();
      await expectAccessible(page);
      if (width === 360) {
        for (const pane of ['Cast', 'Render']) {
          await page.getByRole('group', { name: 'Panes' }).getByRole('button', { name: pane }).click();
          await expectAccessible(page);
        }
        await page.getByRole('group', { name: 'Panes' }).getByRole('button', { name: 'Cast' }).click();
      }
      await page.getByText('Settings', { exact: true }).click();
      await page
        .getByRole('region', { name: 'Cast' })
        .getByRole('button', { name: /nobody/ })
        .click();
      await expect(page.getByRole('dialog', { name: 'A voice for nobody' })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.goto('/studio');
      await expect(page.getByRole('link', { name: book.title })).toBeVisible();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    });
  }
}
