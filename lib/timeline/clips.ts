/** From the settings of a cue, in seconds, to a clip in frames (4.1 to 4.3). */
import { clipFades } from '#lib/audio/clip-envelope.ts';
import type { BedStep, EffectStep } from '#lib/script/script.ts';
import { resampledFrames, type PlacedBed, type PlacedClip } from './timeline.ts';

/** A recording as it lies in the library. */
export interface SoundSource {
  source: string;
  /** At its own rate, at least 1. */
  frames: number;
  sampleRate: number;
}

export function placeEffect(
  { settings, sound, start: from, end }: EffectStep,
  recording: SoundSource,
  start: number,
  rate: number,
): PlacedClip {
  const { offset, pass } = passOf(settings, recording, rate);
  const { volume: gain, pan } = settings;
  const fades = fadesWithin(settings, pass, rate);
  return {
    sound,
    source: recording.source,
    start,
    frames: pass,
    offset,
    ...fades,
    gain,
    pan,
    at: { start: from.offset, end: end.offset },
  };
}

/** @param until frames after `start` where it is over, its fade included; what plays once may end before */
export function placeBed(
  { settings, sound, start: from, end }: BedStep,
  recording: SoundSource,
  start: number,
  until: number,
  rate: number,
): PlacedBed {
  const { offset, pass } = passOf({ ...settings, duration: null }, recording, rate);
  const { volume: gain, pan, loop, duck_speech, duck_level } = settings;
  const crossfade = Math.min(Math.round(settings.crossfade * rate), Math.floor(pass / 2));
  const frames = Math.max(0, loop && pass > 0 ? until : Math.min(pass, until));
  return {
    sound,
    source: recording.source,
    start,
    frames,
    offset,
    ...fadesWithin(settings, frames, rate),
    gain,
    pan,
    at: { start: from.offset, end: end.offset },
    loop: loop && pass > 0 ? { pass, crossfade } : undefined,
    duck: duck_speech ? Math.min(gain, duck_level) : undefined,
  };
}

/** Trim, then cut (4.1), in frames at the output rate. */
function passOf(
  { start_at, end_at, duration }: { start_at: number; end_at: number | null; duration: number | null },
  { frames, sampleRate }: SoundSource,
  rate: number,
): { offset: number; pass: number } {
  const length = resampledFrames(frames, sampleRate, rate);
  const offset = Math.min(length, Math.round(start_at * rate));
  const end = end_at === null ? length : Math.max(offset, Math.min(length, Math.round(end_at * rate)));
  return { offset, pass: Math.min(end - offset, duration === null ? Infinity : Math.round(duration * rate)) };
}

function fadesWithin(
  settings: { fade_in: number; fade_out: number },
  frames: number,
  rate: number,
): { fadeIn: number; fadeOut: number } {
  const { fadeIn, fadeOut } = clipFades(settings, frames / rate);
  const into = Math.min(frames, Math.round(fadeIn * rate));
  return { fadeIn: into, fadeOut: Math.min(frames - into, Math.round(fadeOut * rate)) };
}
