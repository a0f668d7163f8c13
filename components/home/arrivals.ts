/** Sounds that the server adds by itself reach this tab as events, as if they had been uploaded here. */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { listSounds } from '../api/client.ts';
import { tellHere } from '../library/sound-events.ts';
import { counts } from '../shell/counts.ts';

const KINDS = ['effects', 'background'] as const satisfies readonly SoundKind[];
/** More than what came, for what others uploaded meanwhile. */
const SPARE = 8;
const MOST = 200;

/**
 * @param known newest sounds of the library, where it has some
 * @returns reads what has come since it was called last, so many of each kind or a few more, and tells it
 */
export function createArrivals(known: readonly Sound[]): (by: number) => Promise<void> {
  const seen = new Set(known.map(keyOf));
  const since = known.reduce((latest, { uploaded_at }) => (uploaded_at > latest ? uploaded_at : latest), '');
  return async by => {
    const limit = String(Math.min(MOST, by + SPARE));
    const lists = await Promise.all(KINDS.map(kind => listSounds(kind, { limit })));
    const fresh = lists
      .flatMap(({ items }) => items)
      .filter(sound => sound.uploaded_at >= since && !seen.has(keyOf(sound)))
      .sort((a, b) => a.uploaded_at.localeCompare(b.uploaded_at));
    for (const sound of fresh) {
      seen.add(keyOf(sound));
      tellHere({ type: 'added', sound });
    }
    // What another tab told of, too, was counted twice.
    counts.set({ effects: lists[0]!.total, background: lists[1]!.total });
  };
}

function keyOf({ kind, id }: Sound): string {
  return `${kind}/${id}`;
}
