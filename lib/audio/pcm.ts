/**
 * Planar audio: one array per channel, all of one length, samples nominally −1…1 (float sources may exceed it).
 * Channels are in WAVE order: L R C LFE Ls Rs (Microsoft `KSAUDIO_SPEAKER_*`), whatever the codec's own order.
 */
export type PlanarBlock = readonly Float32Array[];

/** Frames in a block: samples per channel. */
export function blockFrames(block: PlanarBlock): number {
  return block[0]?.length ?? 0;
}

/**
 * The frames of a block from `from` to `to`, exclusive: the block itself where that is all of it, for every view is an object to collect.
 *
 * @param from 0 to `to`
 */
export function sliceBlock(block: PlanarBlock, from: number, to: number): PlanarBlock {
  return from === 0 && to === blockFrames(block) ? block : block.map(channel => channel.subarray(from, to));
}

/** The first `frames` of a block: the block itself where it has no more, one of length 0 where `frames` is 0 or less. */
export function truncateBlock(block: PlanarBlock, frames: number): PlanarBlock {
  return blockFrames(block) <= frames ? block : block.map(channel => channel.subarray(0, Math.max(0, frames)));
}

/**
 * Sets NaN and ±Infinity to 0, in place, and returns how many there were. Float files may hold them, and one of them would
 * stay in a filter's state for ever.
 */
export function silenceNonFinite(block: PlanarBlock): number {
  let found = 0;
  for (const channel of block) {
    // x·0 is 0 for every finite x and NaN otherwise, so one sum answers for the whole channel without a branch.
    let probe = 0;
    for (let i = 0; i < channel.length; i++) probe += channel[i]! * 0;
    if (probe === 0) continue;
    for (let i = 0; i < channel.length; i++) {
      if (Number.isFinite(channel[i])) continue;
      channel[i] = 0;
      found += 1;
    }
  }
  return found;
}
