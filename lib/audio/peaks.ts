/** The outline of a recording: a few hundred points with the lowest, highest and RMS value of each, in one streaming pass. */
import type { PlanarBlock } from './pcm.ts';

export interface PeakPoints {
  /** Frames that each point covers; the last may cover fewer. A power of two. */
  readonly framesPerPoint: number;
  /** Lowest sample of any channel, nominally −1…1; one value per point, as in the two arrays below. */
  readonly min: Float32Array;
  readonly max: Float32Array;
  /** Root of the mean square over the point's frames and all channels. */
  readonly rms: Float32Array;
}

export interface PeakExtractor {
  /** Takes the next frames; samples must be finite. How the stream is cut into blocks changes nothing but rounding. */
  push(block: PlanarBlock): void;
  /** Frames so far. */
  readonly frames: number;
  /** Largest absolute sample so far, linear; 0 for digital silence. */
  peak(): number;
  points(): PeakPoints;
}

const FIRST_FRAMES_PER_POINT = 64;

/**
 * The length need not be known: when `maxPoints` are full, neighbours are merged and each point covers twice as much. So a
 * recording of more than `maxPoints`·64 frames ends with between half of `maxPoints` and all of it.
 *
 * Channels share one outline: the extremes over all of them. A mix would hide what cancels out.
 *
 * @param maxPoints Even, at least 2.
 */
export function createPeakExtractor(channels: number, maxPoints = 800): PeakExtractor {
  const min = new Float32Array(maxPoints);
  const max = new Float32Array(maxPoints);
  const squares = new Float64Array(maxPoints);
  let framesPerPoint = FIRST_FRAMES_PER_POINT;
  let point = -1;
  let room = 0;
  let frames = 0;

  const openPoint = () => {
    if (point === maxPoints - 1) {
      mergePairs(min, max, squares);
      framesPerPoint *= 2;
      point = maxPoints / 2 - 1;
    }
    point += 1;
    min[point] = Infinity;
    max[point] = -Infinity;
    squares[point] = 0;
    room = framesPerPoint;
  };

  return {
    push(block) {
      const length = block[0]?.length ?? 0;
      let offset = 0;
      while (offset < length) {
        if (room === 0) openPoint();
        const end = Math.min(length, offset + room);
        let low = min[point]!;
        let high = max[point]!;
        let sum = 0;
        for (const samples of block) {
          for (let i = offset; i < end; i++) {
            const x = samples[i]!;
            if (x < low) low = x;
            if (x > high) high = x;
            sum += x * x;
          }
        }
        min[point] = low;
        max[point] = high;
        squares[point] = squares[point]! + sum;
        room -= end - offset;
        offset = end;
      }
      frames += length;
    },
    get frames() {
      return frames;
    },
    peak() {
      let peak = 0;
      for (let i = 0; i <= point; i++) peak = Math.max(peak, -min[i]!, max[i]!);
      return peak;
    },
    points() {
      const length = point + 1;
      const rms = new Float32Array(length);
      for (let i = 0; i < length; i++) {
        const covered = i === point ? framesPerPoint - room : framesPerPoint;
        rms[i] = Math.sqrt(squares[i]! / (covered * channels));
      }
      return { framesPerPoint, min: min.slice(0, length), max: max.slice(0, length), rms };
    },
  };
}

function mergePairs(min: Float32Array, max: Float32Array, squares: Float64Array): void {
  for (let i = 0; i < min.length / 2; i++) {
    min[i] = Math.min(min[2 * i]!, min[2 * i + 1]!);
    max[i] = Math.max(max[2 * i]!, max[2 * i + 1]!);
    squares[i] = squares[2 * i]! + squares[2 * i + 1]!;
  }
}
