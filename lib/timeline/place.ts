/** From a plan and what its units came to when they were spoken to a timeline (section 3). */
import type { BedStep, CueStep, ScriptPlan, SpeechUnit } from '#lib/script/script.ts';
import { placeBed, placeEffect, type SoundSource } from './clips.ts';
import { Cursor } from './cursor.ts';
import { gapBefore, type Gaps } from './gaps.ts';
import {
  resampledFrames,
  type PlacedBed,
  type PlacedChapter,
  type PlacedClip,
  type PlacedSpeech,
  type Timeline,
} from './timeline.ts';

/** A unit as it was spoken, trimmed (3.1). */
export interface SpokenUnit {
  source: string;
  /** After the trim, at its own rate; 0 where nothing is heard. */
  frames: number;
  sampleRate: number;
  /** Seconds that were trimmed before it; times of words count from before the trim. */
  lead: number;
  /** Of the text of the unit; undefined where the engine does not tell. */
  words: readonly { from: number; to: number; end: number }[] | undefined;
}

export interface Placement {
  plan: ScriptPlan;
  spoken: (unit: number) => SpokenUnit;
  sound: (kind: 'effects' | 'background', id: string) => SoundSource;
  gaps: Gaps;
  /** Hertz. */
  sampleRate: number;
}

export function placeTimeline(placement: Placement): Timeline {
  return new Placing(placement).timeline();
}

class Placing {
  readonly #given: Placement;
  readonly #cursor: Cursor;
  readonly #speech: PlacedSpeech[] = [];
  readonly #effects: PlacedClip[] = [];
  readonly #beds: PlacedBed[] = [];
  /** Frames where chapters start; undefined until something of them is heard. */
  readonly #chapters: (number | undefined)[];
  #chapter = -1;
  #bed: { step: BedStep; start: number } | undefined;
  #last: SpeechUnit | undefined;
  /** A pause or a pausing effect since the last unit stands in the place of the gap (3.2). */
  #paused = false;

  constructor(given: Placement) {
    this.#given = given;
    this.#cursor = new Cursor(given.sampleRate, given.gaps.head);
    this.#chapters = given.plan.chapters.map(() => undefined);
  }

  timeline(): Timeline {
    const { plan, sampleRate, gaps } = this.#given;
    for (const step of plan.steps) {
      if (step.type === 'speech') this.#speak(step.unit);
      else if (step.type === 'chapter') this.#open(step.chapter);
      else if (step.type === 'pause') this.#pause(step.seconds);
      else this.#act(step, this.#cursor.after(delayOf(step)), true);
    }
    this.#open(-1);
    const heard = Math.max(
      0,
      ...ends(this.#speech.slice(-1)),
      ends(this.#effects).reduce((a, b) => Math.max(a, b), 0),
    );
    this.#endBed(heard, undefined);
    const spoken = ends(this.#speech.slice(-1)).map(end => end + Math.round(gaps.tail * sampleRate));
    const frames = Math.max(
      heard,
      ...spoken,
      ends(this.#beds).reduce((a, b) => Math.max(a, b), 0),
    );
    const byStart = (a: PlacedClip, b: PlacedClip) => a.start - b.start;
    return {
      sampleRate,
      frames,
      chapters: this.#placedChapters(frames),
      speech: this.#speech,
      // A delay may put one behind another that comes later in the script.
      effects: this.#effects.sort(byStart),
      beds: this.#beds.sort(byStart),
    };
  }

  #speak(index: number): void {
    const { plan, sampleRate, gaps } = this.#given;
    const unit = plan.units[index]!;
    const spoken = this.#given.spoken(index);
    const changes = this.#last !== undefined && this.#last.voice !== unit.voice;
    if (!this.#paused && this.#last !== undefined) this.#cursor.wait(gapBefore(unit.boundary, changes, gaps));
    this.#paused = false;
    this.#last = unit;
    const start = this.#cursor.after();
    const frames = resampledFrames(spoken.frames, spoken.sampleRate, sampleRate);
    this.#hear(start);
    if (frames > 0) this.#speech.push({ unit: index, source: spoken.source, start, frames, gain: unit.volume });
    for (const { at, step } of unit.cues) {
      const seconds = Math.max(0, wordEnd(unit, spoken, at) - spoken.lead);
      const frame = start + Math.min(frames, Math.round(seconds * sampleRate));
      this.#act(step, frame + Math.round(delayOf(step) * sampleRate), false);
    }
    this.#cursor.moveTo(start + frames);
  }

  #pause(seconds: number): void {
    this.#paused = true;
    this.#cursor.wait(seconds);
  }

  /** @param start in frames, its delay included */
  #act(step: CueStep, start: number, mayPause: boolean): void {
    if (step.type === 'stop') return this.#endBed(start, step.fade_out);
    if (step.type === 'bed') {
      this.#endBed(start, undefined);
      this.#bed = { step, start };
      return;
    }
    const clip = placeEffect(step, this.#given.sound('effects', step.sound), start, this.#given.sampleRate);
    if (clip.frames > 0) {
      this.#effects.push(clip);
      this.#hear(start);
    }
    if (!step.settings.pause_speech || !mayPause) return;
    this.#paused = true;
    this.#cursor.moveTo(start + clip.frames);
  }

  /** The bed that plays fades out from here on. @param fadeOut seconds; its own where undefined */
  #endBed(at: number, fadeOut: number | undefined): void {
    if (this.#bed === undefined) return;
    const { start, step } = this.#bed;
    this.#bed = undefined;
    const { sampleRate } = this.#given;
    const settings = { ...step.settings, fade_out: fadeOut ?? step.settings.fade_out };
    const until = at - start + Math.round(settings.fade_out * sampleRate);
    const bed = placeBed({ ...step, settings }, this.#given.sound('background', step.sound), start, until, sampleRate);
    if (bed.frames > 0) this.#beds.push(bed);
  }

  /** A chapter begins; one before it in which nothing was heard begins and ends here. */
  #open(chapter: number): void {
    if (this.#chapter >= 0) this.#hear(this.#cursor.after());
    this.#chapter = chapter;
    // What comes before the first word belongs to the first chapter.
    if (chapter === 0 && this.#last === undefined) this.#chapters[0] = 0;
  }

  /** The chapter starts with the first speech or effect in it, which need not be the first in the script: an effect may have a delay. */
  #hear(frame: number): void {
    const before = this.#chapters[this.#chapter] ?? Infinity;
    if (this.#chapter >= 0) this.#chapters[this.#chapter] = Math.min(before, frame);
  }

  #placedChapters(frames: number): PlacedChapter[] {
    // One that begins after the last pause begins at the end at most.
    const starts = this.#chapters.map(start => Math.min(frames, start ?? frames));
    return this.#given.plan.chapters.map(({ title }, n) => ({
      title,
      start: starts[n]!,
      end: starts[n + 1] ?? frames,
    }));
  }
}

function delayOf(step: CueStep): number {
  return step.type === 'effect' ? step.settings.delay : 0;
}

function ends(clips: readonly { start: number; frames: number }[]): number[] {
  return clips.map(({ start, frames }) => start + frames);
}

/** Seconds into the speech, before its trim, where the word before `at` ends (1.5). */
function wordEnd({ text }: SpeechUnit, { words, frames, sampleRate, lead }: SpokenUnit, at: number): number {
  // An engine that usually marks words and did not this time: the place is guessed from the text.
  if (words === undefined) return lead + (frames / sampleRate) * (at / text.length);
  return words.findLast(({ from }) => from < at)?.end ?? 0;
}
