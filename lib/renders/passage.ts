/** A passage of a book: from a place in its script on, some seconds. */
import type { ScriptPlan } from '#lib/script/script.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import { LOOK_AHEAD, neededBy } from './needed-units.ts';

export interface PassageWish {
  /** In the script, UTF-16 units. */
  offset: number;
  /** Seconds, more than 0. */
  length: number;
}

export interface Passage {
  /** The unit with which its speech begins. */
  unit: number;
  /** Frames of the timeline. */
  from: number;
  /** Exclusive; may lie behind the end of the book. */
  to: number;
  /** The first unit that decides how it sounds: what began before it and is still heard began there. */
  anchor: number;
  /** Units that are heard in it come before this one, or decide how something in it fades. */
  until: number;
}

/**
 * Where a passage lies. It begins with what stands at its place in the script: the unit there, or an effect or a bed before it.
 *
 * @param timeline with estimated lengths for what was not spoken
 */
export function passageOf({ offset, length }: PassageWish, { units }: ScriptPlan, timeline: Timeline): Passage {
  const { speech, effects, beds, frames, sampleRate } = timeline;
  const found = units.findIndex(({ end }) => end.offset > offset);
  const unit = found < 0 ? Math.max(0, units.length - 1) : found;
  const starts = [
    ...speech.filter(one => one.unit >= unit).slice(0, 1),
    ...[...effects, ...beds].filter(isFrom(offset)),
  ];
  const from = starts.length === 0 ? 0 : Math.min(frames, ...starts.map(({ start }) => start));
  const to = from + Math.max(1, Math.round(length * sampleRate));
  // The limiter looks back, and beds are down shortly after speech.
  const before = from - LOOK_AHEAD * sampleRate;
  const sounding = [...effects, ...beds].filter(clip => clip.start < from && clip.start + clip.frames > before);
  const earliest = Math.min(before, ...sounding.map(({ start }) => start));
  const anchor = speech.findLast(({ start }) => start <= earliest)?.unit ?? 0;
  return {
    unit,
    from,
    to,
    anchor: Math.min(anchor, unit),
    until: Math.min(units.length, neededBy(timeline, from, to)),
  };
}

function isFrom(offset: number): (clip: { at: { end: number } }) => boolean {
  return ({ at }) => at.end > offset;
}

/** What of a timeline is heard in a passage, with its places from the beginning of the passage on. */
export function timelineOfPassage(timeline: Timeline, { from, to }: Passage): Timeline {
  const end = Math.min(to, timeline.frames);
  const isHeard = ({ start, frames }: { start: number; frames: number }) => start < end && start + frames > from;
  const moved = <Clip extends { start: number }>(clip: Clip): Clip => ({ ...clip, start: clip.start - from });
  return {
    sampleRate: timeline.sampleRate,
    frames: end - from,
    chapters: timeline.chapters
      .filter(chapter => chapter.start < end && chapter.end > from)
      .map(chapter => ({ ...chapter, start: chapter.start - from, end: chapter.end - from })),
    speech: timeline.speech.filter(isHeard).map(moved),
    effects: timeline.effects.filter(isHeard).map(moved),
    beds: timeline.beds.filter(isHeard).map(moved),
  };
}
