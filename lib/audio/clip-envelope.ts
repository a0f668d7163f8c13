/**
 * How a clip plays: which part of a recording, for how long, and how loud at every moment. The law of the script language
 * (`script-markup.md`, section 4), shared by the mixer and by what is heard before a setting is saved. Pure; runs in the browser.
 */

/** The settings that shape a clip, by the names they have in a script. Where both are known, null takes the default. */
export interface ClipSettings {
  /** Linear gain 0…4. */
  volume: number;
  /** Seconds. */
  fade_in: number;
  /** Seconds. */
  fade_out: number;
  /** Seconds into the recording. */
  start_at: number;
  /** Seconds into the recording; null plays to its end. */
  end_at: number | null;
  /** Seconds of playback at most; null sets no limit. */
  duration: number | null;
  /** Repeats until it is ended from outside. */
  loop: boolean;
  /** Seconds that a loop overlaps itself. */
  crossfade: number;
}

/** Built in, the weakest of all (2.1). */
export const CLIP_DEFAULTS: Readonly<Record<'effects' | 'background', Readonly<ClipSettings>>> = {
  effects: {
    volume: 0.8,
    fade_in: 0,
    fade_out: 0,
    start_at: 0,
    end_at: null,
    duration: null,
    loop: false,
    crossfade: 0,
  },
  background: {
    volume: 0.3,
    fade_in: 1,
    fade_out: 1,
    start_at: 0,
    end_at: null,
    duration: null,
    loop: true,
    crossfade: 0.05,
  },
};

/** The given settings, and the defaults of the kind where one is null or missing. */
export function clipSettings(
  kind: keyof typeof CLIP_DEFAULTS,
  chosen: { readonly [K in keyof ClipSettings]?: ClipSettings[K] | null | undefined },
): ClipSettings {
  const defaults = CLIP_DEFAULTS[kind];
  const names = Object.keys(defaults) as (keyof ClipSettings)[];
  return Object.fromEntries(names.map(name => [name, chosen[name] ?? defaults[name]])) as unknown as ClipSettings;
}

/** Where a clip lies in its recording and in time, all in seconds. */
export interface ClipShape {
  /** Into the recording. */
  start: number;
  /** Into the recording, at most its length. */
  end: number;
  /** As it is used: at most half of one pass, 0 without a loop (4.3). */
  crossfade: number;
  /** From one repetition to the next: a pass less the crossfade. */
  turn: number;
  /** Of the whole placed clip; `Infinity` for a loop that nothing ends. */
  placed: number;
}

/**
 * Trim, then cut, then loop (4.1).
 *
 * @param length of the recording in seconds
 * @param until seconds after which the clip is ended from outside, as a bed is
 */
export function clipShape(settings: ClipSettings, length: number, until = Infinity): ClipShape {
  const start = Math.min(settings.start_at, length);
  const trimmed = Math.max(start, Math.min(settings.end_at ?? length, length)) - start;
  const pass = Math.min(trimmed, settings.duration ?? Infinity);
  const crossfade = settings.loop ? Math.min(settings.crossfade, pass / 2) : 0;
  const placed = Math.min(settings.loop && pass > 0 ? Infinity : pass, until);
  return { start, end: start + pass, crossfade, turn: pass - crossfade, placed };
}

/** Seconds into the placed clip, and the linear gain there. */
export interface Breakpoint {
  time: number;
  gain: number;
}

/**
 * The gain over a placed clip: straight lines between these points (4.2). They begin at 0 and end at its end; one that never
 * ends keeps the gain of the last point. Two points at one time are a step.
 *
 * @param placed seconds, as from {@link clipShape}
 */
export function clipEnvelope(settings: ClipSettings, placed: number): Breakpoint[] {
  const { volume } = settings;
  const { fadeIn, fadeOut } = clipFades(settings, placed);
  const points = fadeIn > 0 ? [{ time: 0, gain: 0 }] : [];
  points.push({ time: fadeIn, gain: volume });
  if (placed === Infinity) return points;
  if (placed - fadeOut > fadeIn) points.push({ time: placed - fadeOut, gain: volume });
  if (fadeOut > 0) points.push({ time: placed, gain: 0 });
  return points;
}

/** Seconds that the fades take: both shorter by one factor where together they exceed the clip (4.2). */
export function clipFades(
  { fade_in, fade_out }: Pick<ClipSettings, 'fade_in' | 'fade_out'>,
  placed: number,
): { fadeIn: number; fadeOut: number } {
  if (placed === Infinity) return { fadeIn: fade_in, fadeOut: 0 };
  const both = fade_in + fade_out;
  if (both <= placed) return { fadeIn: fade_in, fadeOut: fade_out };
  // The rest rather than a second product: rounding must not leave a gap or an overlap.
  const fadeIn = (fade_in / both) * placed;
  return { fadeIn, fadeOut: placed - fadeIn };
}

/**
 * The linear gain at one moment; 0 outside the clip.
 *
 * @param length of the recording in seconds
 * @param time seconds since the clip began
 * @param until as in {@link clipShape}
 */
export function gainAt(settings: ClipSettings, length: number, time: number, until = Infinity): number {
  const { placed } = clipShape(settings, length, until);
  if (!(time >= 0 && time < placed)) return 0;
  const { fadeIn, fadeOut } = clipFades(settings, placed);
  if (time < fadeIn) return settings.volume * (time / fadeIn);
  return time > placed - fadeOut ? settings.volume * ((placed - time) / fadeOut) : settings.volume;
}

/**
 * One channel of a pass made ready to repeat: its end is mixed with its beginning at equal power (4.3), so that playing it once
 * and then again and again from frame `crossfade` gives the loop. A crossfade of 0 joins end to start.
 *
 * @param crossfade frames, at most half of the pass
 */
export function joinLoop(pass: Float32Array, crossfade: number): Float32Array<ArrayBuffer> {
  const joined = Float32Array.from(pass);
  const turn = pass.length - crossfade;
  for (let i = 0; i < crossfade; i++) {
    const angle = ((i + 0.5) / crossfade) * (Math.PI / 2);
    joined[turn + i] = pass[turn + i]! * Math.cos(angle) + pass[i]! * Math.sin(angle);
  }
  return joined;
}
