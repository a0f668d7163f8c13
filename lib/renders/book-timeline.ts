import type { ScriptPlan } from '#lib/script/script.ts';
import type { PlacedClip, PlacedSpeech, Timeline } from '#lib/timeline/timeline.ts';
import type { BookTimeline } from './render.ts';

/** Characters of a piece of a long timeline, about. */
const PIECE_LENGTH = 256 * 1024;

/**
 * A timeline in seconds, with the text that is heard: for whoever shows it or follows it.
 *
 * @param spoken by unit; undefined where its length is estimated
 * @param exact nothing in the timeline depends on an estimate
 */
export function bookTimelineOf(
  plan: ScriptPlan,
  timeline: Timeline,
  spoken: readonly unknown[],
  exact = isAllSpoken(plan, spoken),
): BookTimeline {
  const { units, effects, beds, ...rest } = toldOf(plan, timeline, spoken, exact);
  return { ...rest, units: [...units], effects: [...effects], beds: [...beds] };
}

/** The same as JSON, in pieces that are made when they are asked for: all of a long book at once takes long. */
export function* bookTimelinePieces(
  plan: ScriptPlan,
  timeline: Timeline,
  spoken: readonly unknown[],
): Generator<string, void, void> {
  const { units, effects, beds, ...rest } = toldOf(plan, timeline, spoken, isAllSpoken(plan, spoken));
  let text = JSON.stringify(rest).slice(0, -1);
  for (const [name, items] of Object.entries({ units, effects, beds })) {
    text += `,"${name}":[`;
    let separator = '';
    for (const item of items) {
      text += separator + JSON.stringify(item);
      separator = ',';
      if (text.length < PIECE_LENGTH) continue;
      yield text;
      text = '';
    }
    text += ']';
  }
  yield `${text}}`;
}

function isAllSpoken({ units }: ScriptPlan, spoken: readonly unknown[]): boolean {
  return units.every((_, unit) => spoken[unit] !== undefined);
}

function toldOf({ units }: ScriptPlan, timeline: Timeline, spoken: readonly unknown[], exact: boolean) {
  const seconds = (frames: number) => frames / timeline.sampleRate;
  const clip = ({ sound, start, frames, at }: PlacedClip) => ({
    sound,
    start: seconds(start),
    end: seconds(start + frames),
    offset: at.start,
  });
  const unit = ({ unit, start, frames }: PlacedSpeech) => {
    const { text, voice, name = null, start: from, end: to } = units[unit]!;
    return {
      text,
      voice,
      name,
      start: seconds(start),
      end: seconds(start + frames),
      spoken: spoken[unit] !== undefined,
      line: from.line,
      offset: from.offset,
      offset_end: to.offset,
    };
  };
  return {
    length: seconds(timeline.frames),
    exact,
    chapters: timeline.chapters.map(({ title, start, end }) => ({ title, start: seconds(start), end: seconds(end) })),
    units: timeline.speech.values().map(unit),
    effects: timeline.effects.values().map(clip),
    beds: timeline.beds.values().map(clip),
  };
}
