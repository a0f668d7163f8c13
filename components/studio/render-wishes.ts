/** How the next render is to be, remembered in this browser. */
import type { RenderWish } from '#lib/renders/render.ts';
import { createStore } from '../store.ts';

export type WishedRender = Pick<RenderWish, 'format' | 'sample_rate' | 'channels' | 'bit_depth' | 'dither'> & {
  /** A file for each chapter instead of one for the book. */
  byChapter: boolean;
};

export const FORMATS = ['wav', 'flac'] as const satisfies readonly RenderWish['format'][];
export const RATES = [44_100, 48_000, 24_000, 22_050] as const satisfies readonly RenderWish['sample_rate'][];
/** More cannot be asked for at once. */
const MOST_CHAPTERS = 1000;
const KEY = 'talk2me.render';

export const wishedRender = createStore<WishedRender>({
  format: 'wav',
  sample_rate: 44_100,
  channels: 2,
  bit_depth: 16,
  dither: false,
  byChapter: false,
});

export function depthsOf(format: RenderWish['format']): readonly RenderWish['bit_depth'][] {
  return format === 'flac' ? [16, 24] : [16, 24, 32];
}

/** A wish that the server can follow: what a format cannot hold becomes the most that it can. */
export function changeWish(wish: WishedRender, part: Partial<WishedRender>): WishedRender {
  const next = { ...wish, ...part };
  return depthsOf(next.format).includes(next.bit_depth) ? next : { ...next, bit_depth: 24 };
}

/** @param chapters in the book now */
export function toWish({ byChapter, ...wish }: WishedRender, chapters: number): RenderWish {
  if (!byChapter || chapters < 2) return wish;
  return { ...wish, chapters: Array.from({ length: Math.min(chapters, MOST_CHAPTERS) }, (_, index) => index + 1) };
}

export function setWish(part: Partial<WishedRender>): void {
  wishedRender.set(now => changeWish(now, part));
  localStorage.setItem(KEY, JSON.stringify(wishedRender.get()));
}

/** What was chosen last time. */
export function recallWish(): void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<WishedRender>;
    wishedRender.set(now => {
      const wish = { ...now, ...kept };
      const known = FORMATS.includes(wish.format) && RATES.includes(wish.sample_rate) && [1, 2].includes(wish.channels);
      return known ? changeWish(wish, {}) : now;
    });
  } catch {
    // Written by another version; the first choice is as good.
  }
}
