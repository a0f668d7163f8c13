import type { RenderWish } from './render.ts';
import { notEnoughRoom } from './renders.errors.ts';

/** Left on the disk for everything else, bytes. */
const SPARE = 64 * 1024 * 1024;
/** FLAC of speech and quiet beds, of what it was; it may be less. */
const FLAC_SHARE = 0.7;
const FLOAT_BYTES = 4;

/** Whether the disk has room for a render, before it takes any time. */
export class RoomCheck {
  readonly #freeBytes: () => Promise<number>;

  constructor(freeBytes: () => Promise<number>) {
    this.#freeBytes = freeBytes;
  }

  /**
   * @param seconds of audio that will come of it
   * @throws AppError `storage.full`
   */
  async check({ seconds, wish }: { seconds: number; wish: RenderWish }): Promise<void> {
    const { sample_rate: rate, channels, bit_depth: bits, format } = wish;
    const file = seconds * rate * channels * (bits / 8) * (format === 'flac' ? FLAC_SHARE : 1);
    // Speech at the rate of the output, one channel; it may be there already, and then there is more room than this says.
    const speech = seconds * rate * FLOAT_BYTES;
    const needed = Math.ceil(file + speech) + SPARE;
    const free = await this.#freeBytes();
    if (free < needed) throw notEnoughRoom(needed, free);
  }
}
