import { describe, expect, it } from 'vitest';
import { bedSettings, effectSettings } from '#lib/script/cue-settings.ts';
import { audiobookSettings } from './audiobook.ts';
import { bookDefaults, BUILT_IN_SETTINGS, settledDefaults, settledSettings } from './book-defaults.ts';

const UNSAID = {
  length: 4,
  ...Object.fromEntries(
    [
      ...['volume', 'fade_in', 'fade_out', 'start_at', 'end_at', 'duration', 'pause_speech', 'loop', 'crossfade'],
      ...['duck_speech', 'duck_level'],
    ].map(name => [name, null]),
  ),
} as never;

describe('the defaults of books', () => {
  it('2.1: are built in where nobody says otherwise, as the language has them', () => {
    const settled = settledSettings();
    expect(settled).toEqual(BUILT_IN_SETTINGS);
    expect(effectSettings({}, UNSAID, {})).toMatchObject(settled.effects);
    expect(bedSettings({}, UNSAID, {})).toMatchObject(settled.background);
    expect(settled).toMatchObject({
      gaps: { sentence: 0.3, paragraph: 0.7, voice: 0.5, chapter: 2, head: 0.75, tail: 2 },
      effects: { volume: 0.8, fade_in: 0, fade_out: 0, pause_speech: false },
      background: {
        volume: 0.3,
        fade_in: 1,
        fade_out: 1,
        loop: true,
        crossfade: 0.05,
        duck_speech: true,
        duck_level: 0.1,
      },
      limiter_dbfs: -1,
    });
  });

  it('2.1: are what the strongest says who says something, field by field', () => {
    const server = { gaps: { sentence: 0.4, tail: 3 }, background: { duck_level: 0.2 }, limiter_dbfs: -3 };
    const book = { gaps: { sentence: 0 }, background: { loop: false }, default_voice: 'embedded:slt' };
    const settled = settledSettings(server, book, { effects: { volume: undefined } });
    expect(settled.gaps).toEqual({ ...BUILT_IN_SETTINGS.gaps, sentence: 0, tail: 3 });
    expect(settled.background).toEqual({ ...BUILT_IN_SETTINGS.background, duck_level: 0.2, loop: false });
    expect(settled).toMatchObject({
      effects: BUILT_IN_SETTINGS.effects,
      limiter_dbfs: -3,
      default_voice: 'embedded:slt',
    });
    // Settled once, nothing weaker changes it.
    expect(settledSettings({ gaps: { head: 9 }, effects: { volume: 4 } }, settled)).toEqual(settled);
  });

  it('are settings of a book, without a voice', () => {
    const { default_voice: _voice, ...rest } = BUILT_IN_SETTINGS;
    expect(bookDefaults.parse(rest)).toEqual(rest);
    expect(settledDefaults.parse(rest)).toEqual(rest);
    expect(audiobookSettings.parse(BUILT_IN_SETTINGS)).toEqual(BUILT_IN_SETTINGS);
    expect(bookDefaults.safeParse({ default_voice: 'embedded:slt' }).success).toBe(false);
    expect(bookDefaults.safeParse({ gaps: { sentence: 61 } }).success).toBe(false);
  });
});
