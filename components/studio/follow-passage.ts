import type { BookTimeline } from '#lib/renders/render.ts';
import type { BookPlayer } from './book-player.ts';

/** Milliseconds between looks. */
const LOOK_EVERY_MS = 1000;

/**
 * Keeps what the player knows of a preview true: it is spoken while it is heard, and only then is known how long each unit is. Ends
 * when all of it was spoken, something else is put on, or the server does not answer.
 */
export function followPassage(player: BookPlayer, key: string, load: () => Promise<BookTimeline>): void {
  const isOn = () => player.state.get().audio?.key === key;
  const isSpoken = (timeline: BookTimeline | undefined) => timeline?.units.every(({ spoken }) => spoken) ?? true;
  const look = async () => {
    if (!isOn()) return;
    const timeline = await load();
    if (isOn()) player.know(key, timeline, timeline.length);
    if (!isSpoken(timeline)) setTimeout(again, LOOK_EVERY_MS);
  };
  // It is heard without it, too.
  const again = () => void look().catch(() => undefined);
  if (!isSpoken(player.state.get().audio?.timeline)) setTimeout(again, LOOK_EVERY_MS);
}
