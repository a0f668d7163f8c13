/** How books and renders are written for people. */
import type { Render, RenderStage, RenderStatus, RenderWish } from '#lib/renders/render.ts';

/** `0:07`, `13:42`, `1:02:03`: whole seconds. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number: number) => String(number).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `5:07.1`: a place in a book. */
export function formatPlace(seconds: number): string {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  return `${formatClock(Math.floor(tenths / 10))}.${tenths % 10}`;
}

const STEPS = [
  ['min', 60],
  ['h', 60],
  ['d', 24],
] as const;

/** `now`, `9 min`, `2 h`, `3 d`. Both in milliseconds since the epoch. */
export function formatAge(time: number, now: number): string {
  let amount = Math.max(0, now - time) / 1000;
  let words = 'now';
  for (const [unit, size] of STEPS) {
    amount /= size;
    if (amount < 1) break;
    words = `${Math.floor(amount)} ${unit}`;
  }
  return words;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export const STATUS_WORDS: Readonly<Record<RenderStatus, string>> = {
  queued: 'Queued',
  running: 'Rendering',
  paused: 'Paused',
  completed: 'Rendered',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const STAGE_WORDS: Readonly<Record<RenderStage, string>> = {
  speak: 'Speak',
  prepare: 'Prepare sounds',
  mix: 'Mix and write',
};

export function isOver({ status }: Pick<Render, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** `WAV, 44.1 kHz stereo, 16 bit`. */
export function describeWish({ format, sample_rate, channels, bit_depth }: RenderWish): string {
  const depth = bit_depth === 32 ? '32 bit float' : `${bit_depth} bit`;
  return `${format.toUpperCase()}, ${sample_rate / 1000} kHz ${channels === 1 ? 'mono' : 'stereo'}, ${depth}`;
}

/** `4 s left`, `12 min left`. */
export function formatLeft(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${Math.ceil(minutes / 60)} h left`;
}
