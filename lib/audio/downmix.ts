/**
 * Recordings of many channels as two (ITU-R BS.775-4, annex 4): what stands in front or beside goes to its side, centre and surround at
 * −3 dB, and the channel of low frequencies is left out, as its effects are not what a stereo mix is made of.
 */
import type { PlanarBlock } from './pcm.ts';

/** −3 dB. */
const HALF_POWER = Math.SQRT1_2;
type Side = readonly [left: number, right: number];
const LEFT: Side = [1, 0];
const RIGHT: Side = [0, 1];
const CENTRE: Side = [HALF_POWER, HALF_POWER];
const LOW: Side = [0, 0];
const SURROUND_LEFT: Side = [HALF_POWER, 0];
const SURROUND_RIGHT: Side = [0, HALF_POWER];

/** By the number of channels, in WAVE order, as their files mean it where they do not say more (RFC 9639, 9.1.3). */
const LAYOUTS: Readonly<Record<number, readonly Side[]>> = {
  3: [LEFT, RIGHT, CENTRE],
  4: [LEFT, RIGHT, SURROUND_LEFT, SURROUND_RIGHT],
  5: [LEFT, RIGHT, CENTRE, SURROUND_LEFT, SURROUND_RIGHT],
  6: [LEFT, RIGHT, CENTRE, LOW, SURROUND_LEFT, SURROUND_RIGHT],
  7: [LEFT, RIGHT, CENTRE, LOW, CENTRE, SURROUND_LEFT, SURROUND_RIGHT],
  8: [LEFT, RIGHT, CENTRE, LOW, SURROUND_LEFT, SURROUND_RIGHT, SURROUND_LEFT, SURROUND_RIGHT],
};

/** One or two channels as they are, more of them as two in memory of their own. More than eight have no places: their mean is in both. */
export function downmix(block: PlanarBlock): PlanarBlock {
  if (block.length <= 2) return block;
  const frames = block[0]!.length;
  const sides = [new Float32Array(frames), new Float32Array(frames)];
  block.forEach((samples, channel) => {
    const layout = LAYOUTS[block.length];
    sides.forEach((out, side) => {
      const gain = layout === undefined ? 1 / block.length : layout[channel]![side]!;
      if (gain === 0) return;
      for (let i = 0; i < frames; i++) out[i]! += gain * samples[i]!;
    });
  });
  return sides;
}
