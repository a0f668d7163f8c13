/** How a cue plays: the flags of its tag, else the sound's own fields, else the settings, else what is built in (2.1). */
import { CLIP_DEFAULTS } from '#lib/audio/clip-envelope.ts';
import { type BedSettings, type CueDefaults, type EffectSettings, type KnownSound } from './script.ts';

/** What is built in beyond what every clip has (2.1). */
export const EFFECT_DEFAULTS = { delay: 0, pause_speech: false, pan: 0 };
export const BED_DEFAULTS = { duck_speech: true, duck_level: 0.1, pan: 0 };

/** @param flags as the tag gives them */
export function effectSettings(
  flags: Partial<EffectSettings>,
  sound: KnownSound,
  defaults: CueDefaults['effects'],
): EffectSettings {
  const { volume, fade_in, fade_out, start_at, end_at, duration } = CLIP_DEFAULTS.effects;
  const builtIn = { volume, fade_in, fade_out, start_at, end_at, duration, ...EFFECT_DEFAULTS };
  return resolved(builtIn, [defaults, sound, flags]);
}

/** @param flags as the tag gives them */
export function bedSettings(
  flags: Partial<BedSettings>,
  sound: KnownSound,
  defaults: CueDefaults['background'],
): BedSettings {
  const { volume, fade_in, fade_out, start_at, end_at, loop, crossfade } = CLIP_DEFAULTS.background;
  const builtIn = { volume, fade_in, fade_out, start_at, end_at, loop, crossfade, ...BED_DEFAULTS };
  return resolved(builtIn, [defaults, sound, flags]);
}

/** @param layers the strongest last; null and undefined leave a field to the weaker ones */
function resolved<Settings extends object>(builtIn: Settings, layers: readonly object[]): Settings {
  const settings = { ...builtIn };
  for (const name of Object.keys(builtIn) as (keyof Settings)[]) {
    for (const layer of layers as Partial<Settings>[]) settings[name] = layer[name] ?? settings[name];
  }
  return settings;
}
