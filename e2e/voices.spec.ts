import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { freePort, startServer, type TestServer } from './support/server.ts';
import { complaintsOf } from './support/quiet.ts';

const SENTENCE = 'The harbour was quiet.';
const field = (page: Page) => page.getByLabel('A sentence of your own');
const row = (page: Page, id: string) => page.locator(`[data-voice="${id}"]`);
const player = (page: Page) => page.getByRole('region', { name: 'Player' });

let server: TestServer;
test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.stop());

test('a sentence of one’s own is spoken by any voice, seen, paused and heard again', async ({ page }) => {
  const complaints = complaintsOf(page, server.url);
  await page.goto(`${server.url}/voices`);
  await field(page).fill(SENTENCE);
  const slt = row(page, 'embedded:slt');
  await slt.getByRole('button', { name: 'Play American woman (slt)' }).click();
  await expect(slt.locator('.waveform')).toBeVisible();
  await expect(slt).toContainText(/0:01\.\d\d|0:02\.\d\d/);
  await expect(player(page)).toContainText('embedded:slt');

  const asked: string[] = [];
  page.on('request', request => void (request.method() === 'POST' && asked.push(request.url())));
  const kal = row(page, 'embedded:kal16');
  await kal.getByRole('button', { name: /^Play/ }).click();
  await expect(player(page)).toContainText('embedded:kal16');
  expect(asked).toHaveLength(1);
  // Of what was said before nobody is asked.
  await slt.getByRole('button', { name: /^Play/ }).click();
  await expect(player(page)).toContainText('embedded:slt');
  expect(asked).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test('what a voice cannot say is told beside it, and the sample plays all the same', async ({ page }) => {
  await page.goto(`${server.url}/voices`);
  const slt = row(page, 'embedded:slt');
  await field(page).fill('Привет');
  await slt.getByRole('button', { name: /^Play/ }).click();
  await expect(slt.getByRole('alert')).toContainText('П');
  await slt.getByRole('link', { name: /^Sample of/ }).click();
  await expect(slt.locator('.waveform')).toBeVisible();
  await expect(slt.getByRole('alert')).toHaveCount(0);
});

test('voices are searched, heard and copied by keyboard alone', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await page.goto(server.url);
  await page.getByRole('button', { name: /Go to or search/ }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await expect(page).toHaveURL(/\/voices$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voices');

  await page.keyboard.press('/');
  await page.keyboard.type('robot');
  await expect(page).toHaveURL(/q=robot/);
  await expect(page.locator('[data-voice]')).toHaveCount(4);
  await expect(page.locator('.page-head .count')).toHaveText('4 of 13');
  // Escape would clear it.
  await page.locator('[data-voice]').first().focus();

  await page.keyboard.press('t');
  await page.keyboard.type(SENTENCE);
  await page.keyboard.press('Control+Enter');
  await expect(player(page)).toContainText('embedded:kal16');
  await page.locator('[data-voice]').first().focus();
  await page.keyboard.press('ArrowDown');
  const second = row(page, 'embedded:kal16-low');
  await expect(second).toBeFocused();
  await page.keyboard.press('Space');
  await expect(player(page)).toContainText('embedded:kal16-low');
  await page.keyboard.press('c');
  await expect(page.locator('.toast')).toContainText('Copied {{{voice:kal16-low}}}');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('{{{voice:kal16-low}}}');
  await page.keyboard.press('p');
  await expect(second).toContainText(/0:0[3-9]/);
  await page.keyboard.press('Escape');
  await expect(player(page)).toHaveCount(0);

  // The address leads to the same list.
  await page.reload();
  await expect(page.locator('[data-voice]')).toHaveCount(4);
  await page.keyboard.press('/');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('nobody like this');
  await expect(page.getByText('Nobody matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page).toHaveURL(/\/voices$/);
  await expect(page.locator('[data-voice]')).toHaveCount(13);
});

test('speed and pitch change what is said, and are at rest for a sample', async ({ page }) => {
  await page.goto(`${server.url}/voices`);
  await expect(page.getByLabel('Speed', { exact: true })).toBeDisabled();
  await expect(page.getByText('Type a sentence.').first()).toBeVisible();
  await field(page).fill(SENTENCE);
  const kal = row(page, 'embedded:kal16');
  const length = async () => {
    await kal.getByRole('button', { name: /^Play/ }).click();
    await expect(kal.locator('.waveform')).toBeVisible();
    return Number(/0:(\d\d\.\d\d)/.exec(await kal.innerText())![1]);
  };
  const usual = await length();
  await page.keyboard.press('Escape');
  await page.getByLabel('Speed', { exact: true }).fill('0.5');
  await expect(page.locator('.wish')).toContainText('0.50×');
  expect((await length()) / usual).toBeGreaterThan(1.5);
  await page.getByRole('button', { name: 'Speed as the voice is' }).click();
  await expect(page.locator('.wish')).toContainText('1.00×');
});

test('an engine that is down says so in words beside the others, which speak', async ({ page }) => {
  await using two = await startServer({
    env: {
      TTS_ENGINES: 'embedded,studio',
      TTS_STUDIO_KIND: 'openai',
      TTS_STUDIO_URL: `http://127.0.0.1:${await freePort()}`,
      TTS_STUDIO_MODEL: 'm',
    },
  });
  await page.goto(`${two.url}/voices`);
  const group = (name: string) => page.getByRole('rowgroup', { name });
  await expect(group('studio')).toContainText('The engine studio cannot be reached');
  await expect(group('studio').getByRole('button', { name: 'Ask again' })).toBeVisible();
  await expect(group('embedded')).toContainText('Speaks');
  await page.getByLabel('Engine').selectOption('studio');
  await expect(page).toHaveURL(/engine=studio/);
  await expect(page.locator('[data-voice]')).toHaveCount(0);
  await expect(group('studio')).toContainText('TTS_STUDIO_URL');
});

test('a setting that a voice does not follow is at rest beside it, with words', async ({ page }) => {
  await using peer = await startServer({
    env: {
      TTS_ENGINES: 'embedded,peer',
      TTS_PEER_KIND: 'openai',
      TTS_PEER_URL: `${server.url}/v1`,
      TTS_PEER_MODEL: 'talk2me',
    },
  });
  await page.goto(`${peer.url}/voices`);
  await field(page).fill(SENTENCE);
  const pitch = page.getByLabel('Pitch', { exact: true });
  await row(page, 'embedded:kal16').focus();
  await expect(pitch).toBeEnabled();
  await pitch.fill('3');
  const other = row(page, 'peer:embedded:kal16');
  await other.focus();
  await expect(pitch).toBeDisabled();
  await expect(page.locator('.wish')).toContainText('does not follow pitch.');
  await expect(page.getByLabel('Speed', { exact: true })).toBeEnabled();
  // It is not asked for what it cannot do, so there is nothing to warn of.
  await page.keyboard.press('Space');
  await expect(other.locator('.waveform')).toBeVisible();
  await expect(other.locator('.warned')).toHaveCount(0);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('voices are listed, found, and lead to their samples', async ({ page }) => {
    await page.goto(`${server.url}/voices`);
    await expect(page.locator('[data-voice]')).toHaveCount(13);
    await expect(field(page)).toBeHidden();
    await page.getByLabel('Search').fill('scottish');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/q=scottish/);
    await expect(page.locator('[data-voice]')).toHaveCount(3);
    const address = await row(page, 'embedded:awb')
      .getByRole('link', { name: /^Sample/ })
      .getAttribute('href');
    const sample = await page.request.get(`${server.url}${address}`);
    expect(sample.headers()['content-type']).toBe('audio/wav');
  });
});

for (const [width, height] of [
  [1360, 850],
  [360, 740],
] as const) {
  for (const colorScheme of ['dark', 'light'] as const) {
    test(`the page of voices is clean at ${width} px, ${colorScheme}`, async ({ browser }) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      const page = await context.newPage();
      await page.goto(`${server.url}/voices`);
      await field(page).fill('Привет');
      await row(page, 'embedded:awb').getByRole('button', { name: /^Play/ }).click();
      await expect(row(page, 'embedded:awb').getByRole('alert')).toBeVisible();
      await field(page).fill(SENTENCE);
      await row(page, 'embedded:slt').getByRole('button', { name: /^Play/ }).click();
      await expect(row(page, 'embedded:slt').locator('.waveform')).toBeVisible();
      await expectAccessible(page);
      await context.close();
    });
  }
}
