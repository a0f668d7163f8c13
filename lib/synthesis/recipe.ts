import type { Random } from './random.ts';
import type { Signal } from './signal.ts';

/** How one sound is made. */
export interface Recipe {
  /** Its length. */
  seconds: number;
  /** The end leads into the beginning. */
  loop: boolean;
  /** One or two channels of `seconds`, at any level; `synthesise` sees to that and to the ends. */
  render: (random: Random) => readonly Signal[];
}
