'use client';

import { lazily } from '../lazily.tsx';
import { usePlayer } from './player-store.ts';

// Many look without listening. What plays does not wait for it.
const PlayerBar = lazily(() => import('./player-bar.tsx').then(module => module.PlayerBar));

/** Nothing until something was played, then its bar. */
export function Player() {
  const sound = usePlayer(state => state.sound);
  return sound === null ? null : <PlayerBar sound={sound} />;
}
