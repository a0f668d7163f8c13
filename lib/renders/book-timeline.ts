import type { ScriptPlan } from '#lib/script/script.ts';
import type { PlacedClip, Timeline } from '#lib/timeline/timeline.ts';
import type { BookTimeline } from './render.ts';

/**
 * A timeline in seconds, with the text that is heard: for whoever shows it or follows it.
 *
 * @param spoken by unit; undefined where its length is estimated
 * @param exact nothing in the timeline depends on an estimate
 */
export function bookTimelineOf(
  { units }: ScriptPlan,
  timeline: Timeline,
  spoken: readonly unknown[],
  exact = units.every((_, unit) => spoken[unit] !== undefined),
): BookTimeline {
  const seconds = (frames: number) => frames / timeline.sampleRate;
  const clip = ({ sound, start, frames, at }: PlacedClip) => ({
    sound,
    start: seconds(start),
    end: seconds(start + frames),
    offset: at.start,
  });
  return {
    length: seconds(timeline.frames),
    exact,
    chapters: timeline.chapters.map(({ title, start, end }) => ({ title, start: seconds(start), end: seconds(end) })),
    units: timeline.speech.map(({ unit, start, frames }) => {
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
    }),
    effects: timeline.effects.map(clip),
    beds: timeline.beds.map(clip),
  };
}
