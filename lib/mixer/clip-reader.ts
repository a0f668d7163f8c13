import { sliceBlock, type PlanarBlock } from '#lib/audio/pcm.ts';
import { sine } from '#lib/synthesis/elementary.ts';
import type { BedLoop } from '#lib/timeline/timeline.ts';
import type { PcmSource } from './pcm-source.ts';

/** The samples of a placed clip before any gain, loops unrolled (4.3), from its source as they are needed: no pass is held. */
export class ClipReader {
  /** Of the pass that fades in, while two overlap. */
  readonly #entering: readonly Float32Array[];

  /** @param blockFrames frames that are read at once, at most */
  constructor(blockFrames: number) {
    this.#entering = [new Float32Array(blockFrames), new Float32Array(blockFrames)];
  }

  /**
   * Fills `into`, an array for each channel of the source.
   *
   * @param offset frames into the source where the clip begins
   * @param position frames since the clip began
   */
  read(
    source: PcmSource,
    { offset, loop }: { offset: number; loop?: BedLoop | undefined },
    position: number,
    into: PlanarBlock,
  ): void {
    if (loop === undefined) {
      source.read(offset + position, into);
      return;
    }
    const { pass, crossfade } = loop;
    const turn = pass - crossfade;
    const frames = into[0]!.length;
    for (let done = 0; done < frames;) {
      const turns = Math.floor((position + done) / turn);
      const place = position + done - turns * turn;
      const overlaps = turns > 0 && place < crossfade;
      const count = Math.min(frames - done, (overlaps ? crossfade : turn) - place);
      const part = sliceBlock(into, done, done + count);
      source.read(offset + place + (overlaps ? turn : 0), part);
      if (overlaps) this.#crossfade(source, offset, place, part, crossfade);
      done += count;
    }
  }

  /** @param part holds the pass that fades out */
  #crossfade(source: PcmSource, offset: number, place: number, part: PlanarBlock, crossfade: number): void {
    const count = part[0]!.length;
    const entering = part.map((_, channel) => this.#entering[channel]!.subarray(0, count));
    source.read(offset + place, entering);
    for (let i = 0; i < count; i++) {
      const turns = (place + i + 0.5) / crossfade / 4;
      const [rise, fall] = [sine(turns), sine(turns + 0.25)];
      for (let channel = 0; channel < part.length; channel++) {
        part[channel]![i] = part[channel]![i]! * fall + entering[channel]![i]! * rise;
      }
    }
  }
}
