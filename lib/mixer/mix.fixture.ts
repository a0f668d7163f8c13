/** Small books for the mixer's tests: what is not said is left out of the sound. */
import { randomNumbers } from '#lib/base/random.ts';
import type { PlacedBed, PlacedClip, PlacedSpeech, Timeline } from '#lib/timeline/timeline.ts';
import { createMixer, type MixerOptions } from './mixer.ts';
import { memoryPcmSource, type PcmSource } from './pcm-source.ts';

/** Frames a second: 24 a millisecond. */
export const RATE = 24_000;

/** The parts that a test is about; the book is as long as its last clip, or as `frames`. */
export interface Book {
  sampleRate?: number;
  frames?: number;
  speech?: Partial<PlacedSpeech>[];
  effects?: Partial<PlacedClip>[];
  beds?: Partial<PlacedBed>[];
}

export function book({ sampleRate = RATE, speech = [], effects = [], beds = [], frames }: Book): Timeline {
  const placed: Timeline = {
    sampleRate,
    frames: 0,
    chapters: [],
    speech: speech.map((unit, i) => ({ unit: i, source: 'speech', start: 0, frames: 1000, gain: 1, ...unit })),
    effects: effects.map(clip => ({ ...CLIP, ...clip })),
    beds: beds.map(bed => ({ ...CLIP, loop: undefined, duck: undefined, ...bed })),
  };
  const ends = [...placed.speech, ...placed.effects, ...placed.beds].map(clip => clip.start + clip.frames);
  placed.frames = frames ?? Math.max(0, ...ends);
  return placed;
}

const CLIP: PlacedClip = {
  sound: 'sound',
  source: 'ones',
  start: 0,
  frames: 1000,
  offset: 0,
  fadeIn: 0,
  fadeOut: 0,
  gain: 1,
  pan: 0,
  at: { start: 0, end: 0 },
};

/** Between −`level` and `level`, the same for the same seed. */
export function noise(frames: number, seed = 1, level = 0.5): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: frames }, () => level * (2 * next() - 1));
}

/** Every sample says where it is: a multiple of 2⁻²⁰, so that sums of a few are exact. */
export function ramp(frames: number): Float32Array {
  return Float32Array.from({ length: frames }, (_, i) => (i + 1) / 2 ** 20);
}

/** Full scale without an end, so that what is heard is the gain. */
export const ONES: PcmSource = {
  channels: 1,
  frames: Infinity,
  read: (_, into) => into.forEach(channel => channel.fill(1)),
};

export interface Heard {
  channels: Float32Array[];
  leastGain: number;
}

/** The samples of a part of a book; the whole of it where nothing else is said. By a limiter that does not hear what stays within ±1. */
export function hear(
  timeline: Timeline,
  sources: Record<string, PcmSource | Float32Array | readonly Float32Array[]>,
  options: Partial<Pick<MixerOptions, 'channels' | 'limiter'>> & {
    from?: number;
    to?: number;
    blockFrames?: number;
  } = {},
): Heard {
  const { channels = 2, limiter = 0, from = 0, to = timeline.frames, blockFrames } = options;
  const mixer = createMixer({ timeline, sources: named(sources), channels, limiter });
  const heard = Array.from({ length: channels }, () => new Float32Array(to - from));
  let at = 0;
  for (const block of mixer.render(from, to, blockFrames)) {
    block.forEach((channel, c) => heard[c]!.set(channel, at));
    at += block[0]!.length;
  }
  if (at !== to - from) throw new Error(`${at} frames of ${to - from}`);
  return { channels: heard, leastGain: mixer.leastGain };
}

function named(sources: Record<string, PcmSource | Float32Array | readonly Float32Array[]>) {
  const opened = new Map<string, PcmSource>([['ones', ONES]]);
  for (const [name, source] of Object.entries(sources)) {
    const isOpen = 'read' in source;
    opened.set(name, isOpen ? source : memoryPcmSource(source instanceof Float32Array ? [source] : source));
  }
  return (name: string) => opened.get(name)!;
}

/** Equal to the bit. */
export function sameBits(a: readonly Float32Array[], b: readonly Float32Array[]): boolean {
  const bytes = (channel: Float32Array) => Buffer.from(channel.buffer, channel.byteOffset, channel.byteLength);
  return a.length === b.length && a.every((channel, c) => bytes(channel).equals(bytes(b[c]!)));
}

/** Between two signals of one length, sample by sample. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - b[i]!)), 0);
}
