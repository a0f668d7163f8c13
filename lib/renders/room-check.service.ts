import type { PcmStore } from '#lib/mixdown/pcm-store.ts';
import type { SourceWish } from './mixing.ts';
import type { RenderWish } from './render.ts';
import { notEnoughRoom } from './renders.errors.ts';

export interface RoomCheckOptions {
  /** Of the disk. */
  freeBytes: () => Promise<number>;
  /** Recordings as they are mixed, which give way where their room is needed. */
  recordings: Pick<PcmStore, 'spare' | 'free'>;
}

interface Sized {
  /** Of audio that will come of it. */
  seconds: number;
  wish: RenderWish;
}

/** Left on the disk for everything else, bytes. */
const SPARE = 64 * 1024 * 1024;
/** FLAC of speech and quiet beds, of what it was; it may be less. */
const FLAC_SHARE = 0.7;
const FLOAT_BYTES = 4;

/** Whether the disk has room for a render, before it takes any time. */
export class RoomCheck {
  readonly #options: RoomCheckOptions;

  constructor(options: RoomCheckOptions) {
    this.#options = options;
  }

  /**
   * Kept recordings count as room: they are those that the render needs, or make room for them.
   *
   * @param sources that it needs; where they are not known yet, whatever is kept may be theirs
   * @throws AppError `storage.full`
   */
  async check({ seconds, wish, sources }: Sized & { sources?: readonly SourceWish[] }): Promise<void> {
    const { freeBytes, recordings } = this.#options;
    // Speech at the rate of the output, one channel.
    const speech = Math.ceil(seconds * wish.sample_rate * FLOAT_BYTES);
    const needed = fileBytes({ seconds, wish }) + speech + SPARE;
    const free = await freeBytes();
    if (free >= needed) return;
    const room = free + (await recordings.spare(sources?.map(({ key: hash, ...shape }) => ({ hash, ...shape }))));
    if (room < needed) throw notEnoughRoom(needed, room);
  }

  /** Makes room for the file of a render whose recordings are ready, of recordings that nobody needs now. */
  async makeRoom(render: Sized): Promise<void> {
    const { freeBytes, recordings } = this.#options;
    const missing = fileBytes(render) + SPARE - (await freeBytes());
    if (missing > 0) await recordings.free(missing);
  }
}

function fileBytes({ seconds, wish }: Sized): number {
  const { sample_rate: rate, channels, bit_depth: bits, format } = wish;
  return Math.ceil(seconds * rate * channels * (bits / 8) * (format === 'flac' ? FLAC_SHARE : 1));
}
