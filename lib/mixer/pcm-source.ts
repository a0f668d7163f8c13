/**
 * A recording as the mixer reads it: samples at the rate of the mix, from any place, at once. The mixer runs in a thread of its own, where
 * nothing else waits while it reads.
 */
export interface PcmSource {
  readonly channels: 1 | 2;
  readonly frames: number;
  /**
   * Fills `into`, one array per channel and all of one length, with the frames from `position` on; with zeros before the first
   * frame and behind the last.
   */
  read(position: number, into: readonly Float32Array[]): void;
}

/** @param channels one or two, of one length */
export function memoryPcmSource(channels: readonly Float32Array[]): PcmSource {
  const frames = channels[0]!.length;
  return {
    channels: channels.length === 1 ? 1 : 2,
    frames,
    read(position, into) {
      const start = Math.max(0, -position);
      into.forEach((out, channel) => {
        out.fill(0);
        if (start >= out.length || position + start >= frames) return;
        out.set(channels[channel]!.subarray(position + start, position + out.length), start);
      });
    },
  };
}
