/**
 * A book for a thread that mixes all of it: in stretches, each with as little as decides how it sounds, as bytes that both sides share.
 * The thread reads one after the other, so it holds no more of a long book than of a short one; and a book of any length is
 * handed over without its server standing still.
 */
import { setImmediate } from 'node:timers/promises';
import { excerpt, sourcesOf } from '#lib/mixer/excerpt.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { PcmFile } from './file-pcm-source.ts';

/** Some frames of a book, and what is heard there. */
export interface Stretch {
  timeline: Timeline;
  /** By their names in the timeline. */
  sources: Readonly<Record<string, PcmFile>>;
  /** Frames of the book. */
  from: number;
  /** Exclusive. */
  to: number;
}

/** One after the other, each as JSON in UTF-8. */
export type PackedStretches = readonly SharedArrayBuffer[];

/** A thread that mixes begins anew with each: half a second more to mix. */
const STRETCH_SECONDS = 600;

/** @throws the signal's reason */
export async function packStretches(book: Stretch, signal?: AbortSignal): Promise<PackedStretches> {
  const packed: SharedArrayBuffer[] = [];
  const step = STRETCH_SECONDS * book.timeline.sampleRate;
  for (let from = book.from; from < book.to; from += step) {
    const text = JSON.stringify(stretchOf(book, from, Math.min(book.to, from + step)));
    const bytes = new SharedArrayBuffer(Buffer.byteLength(text));
    Buffer.from(bytes).write(text);
    packed.push(bytes);
    await setImmediate();
    signal?.throwIfAborted();
  }
  return packed;
}

export function* unpackStretches(packed: PackedStretches): Generator<Stretch, void, void> {
  for (const bytes of packed) yield JSON.parse(Buffer.from(bytes).toString()) as Stretch;
}

/** As little as decides how these frames sound. */
export function stretchOf(book: Pick<Stretch, 'timeline' | 'sources'>, from: number, to: number): Stretch {
  const timeline = excerpt(book.timeline, from, to);
  const sources: Record<string, PcmFile> = {};
  for (const name of sourcesOf(timeline)) {
    if (!Object.hasOwn(book.sources, name)) continue;
    // Without what else their owners know of them, which may be nothing that can be sent.
    const { path, channels, frames } = book.sources[name]!;
    sources[name] = { path, channels, frames };
  }
  return { timeline, sources, from, to };
}
