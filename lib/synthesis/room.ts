import { decayFactor, exponential } from './elementary.ts';
import { RATE, type Signal } from './signal.ts';

/** Frames of the eight delays at size 1; without common factors, so that echoes do not fall together. */
const DELAYS = [1031, 1327, 1523, 1871, 2053, 2311, 2539, 2803];

export interface Room {
  /** Seconds until an echo has lost 60 dB. */
  reverberation: number;
  /** 1 is a hall; a small room 0.2, the open air 2. */
  size?: number;
  /** Hertz above which walls swallow. */
  damping?: number;
}

/**
 * What a room answers, without the sound itself: left and right of a feedback delay network with a Householder matrix
 * (J.-M. Jot, "Digital delay networks for designing artificial reverberators", AES 90, 1991). In a loop the room still
 * sounds from the turn before.
 */
export function reverberate(
  signal: Signal,
  { reverberation, size = 1, damping = 5000 }: Room,
  { loop, tail = 0 }: { loop: boolean; tail?: number } = { loop: false },
): [Signal, Signal] {
  const lines = DELAYS.map(delay => {
    const length = Math.max(32, Math.round(delay * size));
    return { memory: new Float64Array(length), gain: decayFactor(reverberation, RATE / length), low: 0, at: 0 };
  });
  const soak = 1 - exponential((-6.283185307179586 * damping) / RATE);
  const length = signal.length + Math.round(tail * RATE);
  const left = new Float64Array(length);
  const right = new Float64Array(length);
  for (let turn = loop ? 0 : 1; turn < 2; turn++) {
    for (let i = 0; i < length; i++) {
      let total = 0;
      let l = 0;
      let r = 0;
      for (let n = 0; n < 8; n++) {
        const line = lines[n]!;
        line.low += soak * (line.memory[line.at]! * line.gain - line.low);
        total += line.low;
        if (n % 2 === 0) l += n % 4 === 0 ? line.low : -line.low;
        else r += n % 4 === 1 ? line.low : -line.low;
      }
      const input = i < signal.length ? signal[i]! : 0;
      for (let n = 0; n < 8; n++) {
        const line = lines[n]!;
        line.memory[line.at] = input + line.low - total / 4;
        line.at = line.at + 1 === line.memory.length ? 0 : line.at + 1;
      }
      left[i] = l * 0.35;
      right[i] = r * 0.35;
    }
  }
  return [left, right];
}

/** The sound in a room, one channel: the sound itself and `wet` times the room's answer. As long as the sound. */
export function inRoom(signal: Signal, wet: number, room: Room): Signal {
  const [answer] = reverberate(signal, room);
  return signal.map((sample, i) => sample + wet * answer[i]!);
}
