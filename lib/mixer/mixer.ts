/**
 * The mix of a book (sections 4 and 5 of the script language), block by block in constant memory.
 *
 * A frame of the mix depends on its position and on nothing else. Gains are computed from positions, sums are taken in the order of
 * the clips, and the limiter looks no further than its window, so any range in any blocks has the bits of that part of the whole (5.3).
 */
import { sliceBlock, type PlanarBlock } from '#lib/audio/pcm.ts';
import type { PlacedBed, PlacedClip, PlacedSpeech, Timeline } from '#lib/timeline/timeline.ts';
import { clipGains } from './clip-gain.ts';
import { ClipIndex } from './clip-index.ts';
import { ClipReader } from './clip-reader.ts';
import { Ducking } from './ducking.ts';
import { Limiter, limiterWindow } from './limiter.ts';
import { panGains } from './pan.ts';
import type { PcmSource } from './pcm-source.ts';

export interface MixerOptions {
  timeline: Timeline;
  /** The recording that the timeline calls so. Asked often, and only where one of its clips sounds. */
  sources: (name: string) => PcmSource;
  /** Mono is the mean of the two channels (5.1). */
  channels: 1 | 2;
  /** dBFS that no sample exceeds, at most 0 (5.2). */
  limiter: number;
}

export interface Mixer {
  /**
   * The frames from `from` to `to`, exclusive, in blocks of `blockFrames`, the last of which may be shorter. A block's memory is the
   * reader's only until the next one is asked for.
   *
   * @throws RangeError for what lies outside of the book
   */
  render(from: number, to: number, blockFrames?: number): Generator<PlanarBlock, void, void>;
  /** The smallest gain of the limiter on any frame that was given out; 1 where it did nothing. */
  readonly leastGain: number;
}

/** Larger ones leave the processor's cache, smaller ones cost calls. */
export const BLOCK_FRAMES = 4096;

export function createMixer(options: MixerOptions): Mixer {
  return new BlockMixer(options);
}

/** What a clip of any kind comes to here. */
interface MixedClip {
  readonly start: number;
  readonly end: number;
  readonly placed: PlacedClip | PlacedBed;
  /** Of the left and the right channel of the source, or of its only one. */
  readonly pan: readonly [number, number];
}

class BlockMixer implements Mixer {
  leastGain = 1;
  readonly #timeline: Timeline;
  readonly #sources: (name: string) => PcmSource;
  readonly #channels: 1 | 2;
  readonly #ceiling: number;
  readonly #clips: ClipIndex<MixedClip>;
  readonly #ducking: Ducking;

  constructor({ timeline, sources, channels, limiter }: MixerOptions) {
    if (!(limiter <= 0)) throw new RangeError(`a limiter at ${limiter} dBFS`);
    this.#timeline = timeline;
    this.#sources = sources;
    this.#channels = channels;
    this.#ceiling = limiter;
    this.#clips = new ClipIndex(audibleClips(timeline));
    this.#ducking = new Ducking(timeline.speech, timeline.sampleRate);
  }

  *render(from: number, to: number, blockFrames = BLOCK_FRAMES): Generator<PlanarBlock, void, void> {
    const { frames, sampleRate } = this.#timeline;
    if (!(from >= 0 && from <= to && to <= frames && blockFrames >= 1)) {
      throw new RangeError(`frames ${from} to ${to} in blocks of ${blockFrames} of a book of ${frames}`);
    }
    const { behind, ahead } = limiterWindow(sampleRate);
    const limiter = new Limiter({ ceiling: this.#ceiling, sampleRate, channels: this.#channels });
    const desk = new Desk(blockFrames);
    const block = Array.from({ length: this.#channels }, () => new Float32Array(blockFrames));
    let mixed = Math.max(0, from - behind);
    const advance = (count: number) => {
      const part = sliceBlock(block, 0, count);
      this.#mix(desk, mixed, part);
      limiter.process(part, part);
      mixed += count;
      return part;
    };
    // What comes out of the limiter lies that far behind of what went in.
    while (mixed < from + ahead) advance(Math.min(blockFrames, from + ahead - mixed));
    limiter.leastGain = 1;
    while (mixed < to + ahead) {
      const part = advance(Math.min(blockFrames, to + ahead - mixed));
      this.leastGain = Math.min(this.leastGain, limiter.leastGain);
      yield part;
    }
  }

  /** Fills `out` with the sum of the clips; silence behind the end. */
  #mix(desk: Desk, from: number, out: PlanarBlock): void {
    for (const channel of out) channel.fill(0);
    const to = Math.min(from + out[0]!.length, this.#timeline.frames);
    if (to <= from) return;
    for (const clip of this.#clips.within(from, to)) {
      const start = Math.max(from, clip.start);
      const end = Math.min(to, clip.end);
      this.#add(desk, clip, start, sliceBlock(out, start - from, end - from));
    }
  }

  #add(desk: Desk, { placed, pan }: MixedClip, from: number, out: PlanarBlock): void {
    const frames = out[0]!.length;
    const gains = frames === desk.gains.length ? desk.gains : desk.gains.subarray(0, frames);
    const gain = clipGains(placed, this.#ducking, from, gains) ?? gains;
    if (gain === 0) return;
    const source = this.#sources(placed.source);
    const samples = sliceBlock(source.channels === 1 ? desk.mono : desk.stereo, 0, frames);
    desk.reader.read(source, placed, from - placed.start, samples);
    const [left, right] = [samples[0]!, samples.at(-1)!];
    if (out.length === 2 && left === right && pan[0] === pan[1]) {
      addToBoth(out[0]!, out[1]!, left, pan[0], gain);
    } else if (out.length === 2) {
      add(out[0]!, left, pan[0], gain);
      add(out[1]!, right, pan[1], gain);
    } else if (source.channels === 1) {
      add(out[0]!, left, (pan[0] + pan[1]) / 2, gain);
    } else {
      add(out[0]!, left, pan[0] / 2, gain);
      add(out[0]!, right, pan[1] / 2, gain);
    }
  }
}

/** The memory of one render. */
class Desk {
  readonly mono: PlanarBlock;
  readonly stereo: PlanarBlock;
  readonly gains: Float64Array;
  readonly reader: ClipReader;

  constructor(blockFrames: number) {
    const samples = new Float32Array(blockFrames);
    this.mono = [samples];
    this.stereo = [samples, new Float32Array(blockFrames)];
    this.gains = new Float64Array(blockFrames);
    this.reader = new ClipReader(blockFrames);
  }
}

function* audibleClips({ speech, effects, beds }: Timeline): Generator<MixedClip, void, void> {
  for (const clip of [...speech.map(asClip), ...effects, ...beds]) {
    if (clip.gain > 0 && clip.frames > 0 && clip.source !== '') yield mixedClip(clip);
  }
}

function mixedClip(placed: PlacedClip | PlacedBed): MixedClip {
  return { start: placed.start, end: placed.start + placed.frames, placed, pan: panGains(placed.pan) };
}

const PLAIN = { sound: '', offset: 0, fadeIn: 0, fadeOut: 0, pan: 0, at: { start: 0, end: 0 } };

function asClip({ source, start, frames, gain }: PlacedSpeech): PlacedClip {
  return { ...PLAIN, source, start, frames, gain };
}

/** One product of the factors first, so that a gain that changes and one that does not give the same bits. */
function add(out: Float32Array, samples: Float32Array, weight: number, gain: number | Float64Array): void {
  if (typeof gain === 'number') {
    const factor = gain * weight;
    if (factor === 0) return;
    for (let i = 0; i < out.length; i++) out[i]! += samples[i]! * factor;
  } else {
    for (let i = 0; i < out.length; i++) out[i]! += samples[i]! * (gain[i]! * weight);
  }
}

/** {@link add} twice, for what is the same in both channels, as voices are. */
function addToBoth(
  left: Float32Array,
  right: Float32Array,
  samples: Float32Array,
  weight: number,
  gain: number | Float64Array,
): void {
  const factor = typeof gain === 'number' ? gain * weight : 0;
  for (let i = 0; i < left.length; i++) {
    const sample = samples[i]! * (typeof gain === 'number' ? factor : gain[i]! * weight);
    left[i]! += sample;
    right[i]! += sample;
  }
}
