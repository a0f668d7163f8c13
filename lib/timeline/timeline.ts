/**
 * The contract of a timeline: every clip of a book at its place. Pure; runs in the browser too.
 *
 * All positions and lengths are whole frames at the output rate, rounded once from seconds (3.6). A *source* is a recording as the mixer
 * reads it, resampled to the output rate; its name says nothing to this floor.
 */
export interface Timeline {
  /** Hertz: 22050, 24000, 44100 or 48000 (5.1). */
  sampleRate: number;
  /** Of the whole book (3.5). */
  frames: number;
  chapters: PlacedChapter[];
  /** In order of `start`; they do not overlap. */
  speech: PlacedSpeech[];
  /** In order of `start`. */
  effects: PlacedClip[];
  /** In order of `start`; neighbours overlap while one fades into the other. */
  beds: PlacedBed[];
}

export interface PlacedChapter {
  title: string;
  start: number;
  /** Exclusive: where the next one starts, or the book ends. */
  end: number;
}

export interface PlacedSpeech {
  /** Index into the plan's units. */
  unit: number;
  /** Empty where it was not spoken and has an estimated length: beds are down for it, and it is silent. */
  source: string;
  start: number;
  /** All of the source, which was trimmed (3.1) before it was resampled. */
  frames: number;
  /** Linear. */
  gain: number;
}

/** A part of a source that plays once (4.1). */
export interface PlacedClip {
  /** Id of the sound. */
  sound: string;
  source: string;
  start: number;
  /** Placed, at least 0. */
  frames: number;
  /** Frames into the source where it begins. */
  offset: number;
  /** Frames; `fadeIn + fadeOut` ≤ `frames` (4.2). */
  fadeIn: number;
  fadeOut: number;
  /** Linear. */
  gain: number;
  /** −1…1 (4.5). */
  pan: number;
  /** Where its tag stands in the script, UTF-16 units. */
  at: { start: number; end: number };
}

export interface PlacedBed extends PlacedClip {
  /** Undefined where it plays once. */
  loop: BedLoop | undefined;
  /** Linear gain while speech is audible, at most `gain` (4.4); undefined where it is not ducked. */
  duck: number | undefined;
}

/** The source from `offset` on, again and again (4.3). */
export interface BedLoop {
  /** Frames of one pass, at least 1. */
  pass: number;
  /** Frames that a pass overlaps the next one, at most `pass / 2`. */
  crossfade: number;
}

/** Seconds that are part of the language (4.4). */
export const DUCKING = { holdThrough: 0.8, down: 0.15, up: 0.5 } as const;

export { resampledFrames } from '#lib/audio/resampler.ts';
