/**
 * The contract of a server's defaults: how books are mixed where neither a tag, nor a sound, nor the book says so (2.1 and 3.2 of the script
 * language). Weakest first: built in, the server's, the book's, the sound's own, the tag. Pure; runs in the browser too.
 */
import { z } from 'zod';
import { CLIP_DEFAULTS } from '#lib/audio/clip-envelope.ts';
import { BED_DEFAULTS, EFFECT_DEFAULTS } from '#lib/script/cue-settings.ts';
import { DEFAULT_GAPS } from '#lib/timeline/gaps.ts';
import { audiobookSettings, type AudiobookSettings } from './audiobook.ts';

/** What a server has of its own; what is not there takes the built-in. */
export const bookDefaults = audiobookSettings.omit({ default_voice: true }).meta({ id: 'BookDefaults' });
export type BookDefaults = z.infer<typeof bookDefaults>;

const { shape } = audiobookSettings;

/** The same with nothing left out. */
export const settledDefaults = z
  .strictObject({
    gaps: shape.gaps.unwrap().required(),
    effects: shape.effects.unwrap().required(),
    background: shape.background.unwrap().required(),
    limiter_dbfs: shape.limiter_dbfs.unwrap(),
  })
  .meta({ id: 'SettledBookDefaults' });
export type SettledDefaults = z.infer<typeof settledDefaults>;

/** Settings of a book with nothing left out. */
export type SettledSettings = SettledDefaults & { default_voice: string | null };

const { effects, background } = CLIP_DEFAULTS;

export const BUILT_IN_SETTINGS: SettledSettings = {
  default_voice: null,
  gaps: { ...DEFAULT_GAPS },
  effects: {
    volume: effects.volume,
    fade_in: effects.fade_in,
    fade_out: effects.fade_out,
    pause_speech: EFFECT_DEFAULTS.pause_speech,
  },
  background: {
    volume: background.volume,
    fade_in: background.fade_in,
    fade_out: background.fade_out,
    loop: background.loop,
    crossfade: background.crossfade,
    duck_speech: BED_DEFAULTS.duck_speech,
    duck_level: BED_DEFAULTS.duck_level,
  },
  limiter_dbfs: -1,
};

/** @param layers the strongest last */
export function settledSettings(...layers: readonly AudiobookSettings[]): SettledSettings {
  const settled = structuredClone(BUILT_IN_SETTINGS);
  for (const { default_voice, limiter_dbfs, ...groups } of layers) {
    if (default_voice !== undefined) settled.default_voice = default_voice;
    if (limiter_dbfs !== undefined) settled.limiter_dbfs = limiter_dbfs;
    for (const group of ['gaps', 'effects', 'background'] as const) {
      const said = Object.entries(groups[group] ?? {}).filter(([, value]) => value !== undefined);
      Object.assign(settled[group], Object.fromEntries(said));
    }
  }
  return settled;
}
