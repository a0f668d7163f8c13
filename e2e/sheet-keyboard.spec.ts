import { expect, test, type Page } from '@playwright/test';
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { complaintsOf } from './support/quiet.ts';
import { tone } from './support/tone.ts';

/** Goes on by Tab, and only by it, until what has this role and name has the focus. */
async function tabTo(page: Page, role: 'textbox' | 'slider' | 'switch' | 'combobox', name: string): Promise<void> {
  const wanted = page.locator('.sheet').getByRole(role, { name, exact: true });
  await expect(wanted).toBeVisible();
  for (let i = 0; i < 60; i += 1) {
    if (await wanted.evaluate(element => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${role} ${name} was not reached by Tab.`);
}

async function write(page: Page, name: string, text: string, role: 'textbox' | 'combobox' = 'textbox'): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

const gain = (decibels: number) => 10 ** (decibels / 20);

/** Fields of each kind beside those of both, as they are written and as they are kept. */
const OWN = {
  effects: [['At most', '1.5', { duration: 1.5 }]],
  background: [
    ['Crossfade', '0.4', { crossfade: 0.4 }],
    ['Type', 'ambience', { type: 'ambience' }],
  ],
} as const satisfies Record<SoundKind, readonly (readonly [string, string, Partial<Sound>])[]>;

for (const kind of ['effects', 'background'] as const) {
  test(`every field of a sound is edited by keys alone, ${kind}`, async ({ page, baseURL }) => {
    const id = `by_keys_${kind}`;
    const complaints = complaintsOf(page, baseURL!);
    const answer = await page.request.post(`/api/sounds/${kind}`, {
      multipart: {
        audio_file: { name: `${id}.wav`, mimeType: 'audio/wav', buffer: await tone(kind === 'effects' ? 911 : 922, 2) },
      },
    });
    expect(answer.status()).toBe(201);
    const saved = async () => (await (await page.request.get(`/api/sounds/${kind}/${id}`)).json()) as Sound;
    const expectSaved = (fields: Partial<Sound>) => expect.poll(saved).toMatchObject(fields);

    await page.goto(`/sounds/${kind}?q=${id}`);
    await expect(page.locator('[data-index]')).toHaveCount(1);
    await page.getByRole('button', { name: /Go to or search/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-index="0"]')).toBeFocused();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await expect(sheet.getByRole('heading', { level: 2 })).toBeFocused();
    await expect(page.locator('.sheet-state')).toHaveText(/Saved/);

    // On the waveform: a hundredth of a second, a tenth of a decibel, with Shift ten times that.
    await tabTo(page, 'slider', 'Start');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expectSaved({ start_at: 0.11 });
    await tabTo(page, 'slider', 'End');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await expectSaved({ end_at: 1.9 });
    await tabTo(page, 'slider', 'Volume');
    const before = await sheet.getByRole('slider', { name: 'Volume' }).getAttribute('aria-valuetext');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('ArrowDown');
    const decibels = Number(before!.replace('−', '-').replace(' dB', '')) - 1.1;
    await expect.poll(async () => (await saved()).volume).toBeCloseTo(gain(decibels), 2);
    await tabTo(page, 'slider', 'Fade in');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ArrowRight');
    await expectSaved({ fade_in: 0.11 });
    await tabTo(page, 'slider', 'Fade out');
    await page.keyboard.press('Home');
    await page.keyboard.press('PageUp');
    // It moves left as it grows.
    await page.keyboard.press('ArrowLeft');
    await expectSaved({ fade_out: 0.11 });

    await write(page, 'Volume', '-6');
    await expect.poll(async () => (await saved()).volume).toBeCloseTo(gain(-6), 4);
    await write(page, 'Fade in', '0.2');
    await write(page, 'Fade out', '0.3');
    await write(page, 'Start', '0.1');
    await write(page, 'End', '1.8');
    await expectSaved({ fade_in: 0.2, fade_out: 0.3, start_at: 0.1, end_at: 1.8 });
    const own: readonly (readonly [string, string, Partial<Sound>])[] = OWN[kind];
    await write(page, own[0]![0], own[0]![1]);
    await expectSaved(own[0]![2]);
    if (kind === 'effects') {
      const { pause_speech } = await saved();
      await tabTo(page, 'switch', 'Pause speech while it plays');
      await page.keyboard.press('Space');
      await expectSaved({ pause_speech: pause_speech !== true });
    } else {
      await tabTo(page, 'switch', 'Loop');
      await page.keyboard.press('Space');
      await expectSaved({ loop: false });
      await tabTo(page, 'switch', 'Quieter under speech');
      const on = await sheet.getByRole('switch', { name: 'Quieter under speech' }).isChecked();
      if (!on) await page.keyboard.press('Space');
      await write(page, 'Under speech', '-12');
      await expect.poll(async () => (await saved()).duck_level).toBeCloseTo(gain(-12), 4);
      await write(page, own[1]![0], own[1]![1]);
      await expectSaved(own[1]![2]);
    }
    await write(page, 'Name', 'Written by keys');
    await write(page, 'Category', 'keyboards', 'combobox');
    await write(page, 'License', 'CC0 1.0');
    await write(page, 'Attribution', 'Nobody in particular');
    await write(page, 'Tags', 'clack, click');
    await page.keyboard.press('Enter');
    await expectSaved({
      name: 'Written by keys',
      category: 'keyboards',
      license: 'CC0 1.0',
      attribution: 'Nobody in particular',
      tags: ['clack', 'click'],
    });
    await page.keyboard.press('Backspace');
    await expectSaved({ tags: ['clack'] });
    await expect(page.locator('.sheet-state')).toHaveText(/Saved/);

    // A value that is none is said at its field, and the one before it stays.
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await expect(page.locator('[data-index="0"]')).toBeFocused();
    await expect(page.locator('[data-index="0"]')).toContainText('Written by keys');
    await page.keyboard.press('Enter');
    await expect(page.locator('.sheet-state')).toHaveText(/Saved/);
    await write(page, 'Fade in', 'soon');
    await expect(sheet.getByRole('textbox', { name: 'Fade in' })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('.sheet-state')).toHaveText(/Fix 1 field/);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Escape');
    expect(await saved()).toMatchObject({ fade_in: 0.2 });
    expect(complaints).toEqual([]);
  });
}
