import type { ScriptPlan } from '#lib/script/script.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { RenderWish } from './render.ts';
import { neededBy } from './needed-units.ts';
import { noSuchChapter, outsideBook } from './renders.errors.ts';

/** A part of a book that becomes a file. */
export interface Part {
  /** Frames of the timeline; end exclusive. */
  from: number;
  to: number;
  /** From 1; null where it is not one chapter. */
  chapter: number | null;
}

/**
 * Parts that a wish asks for, in its order.
 *
 * @throws AppError `render.invalid` for what the book does not have
 */
export function partsOf({ chapters, range }: Pick<RenderWish, 'chapters' | 'range'>, timeline: Timeline): Part[] {
  const { frames, sampleRate } = timeline;
  if (range !== undefined) {
    const from = Math.round(range.start * sampleRate);
    if (from >= frames) throw outsideBook(range.start, frames / sampleRate);
    return [{ from, to: Math.min(frames, Math.round(range.end * sampleRate)), chapter: null }];
  }
  if (chapters === undefined) return [{ from: 0, to: frames, chapter: null }];
  return chapters.map(chapter => {
    const { start, end } = timeline.chapters[chapter - 1] ?? refuse(chapter, timeline.chapters.length);
    return { from: start, to: end, chapter };
  });
}

/**
 * How many units, from the first on, must be spoken for a wish: with those after them its parts would sound the same.
 *
 * @param timeline with estimated lengths for what was not spoken
 * @param isSpoken by unit
 */
export function unitsNeeded(
  { chapters, range }: Pick<RenderWish, 'chapters' | 'range'>,
  plan: ScriptPlan,
  timeline: Timeline,
): number {
  const { units } = plan;
  if (chapters !== undefined) {
    const last = Math.max(...chapters);
    if (last > plan.chapters.length) refuse(last, plan.chapters.length);
    const next = units.findIndex(({ chapter }) => chapter >= last);
    // The first unit of the next chapter tells where this one ends; what comes soon after it may duck a bed.
    return next < 0 ? units.length : Math.min(units.length, Math.max(next + 1, neededByChapters(chapters, timeline)));
  }
  if (range === undefined) return units.length;
  const { sampleRate } = timeline;
  return Math.min(units.length, neededBy(timeline, range.start * sampleRate, range.end * sampleRate));
}

function neededByChapters(chapters: readonly number[], timeline: Timeline): number {
  const parts = chapters.map(chapter => timeline.chapters[chapter - 1]!);
  return neededBy(timeline, Math.min(...parts.map(({ start }) => start)), Math.max(...parts.map(({ end }) => end)));
}

function refuse(chapter: number, count: number): never {
  throw noSuchChapter(chapter, count);
}
