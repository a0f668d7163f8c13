import { useEffect, useEffectEvent, useMemo } from 'react';
import { useStore } from '../store.ts';
import { placeOfUnit, unitAt, type BookPlayer } from './book-player.ts';
import type { Stretch } from './text-change.ts';

/**
 * Where in the script is what is heard; undefined where nothing is, or it is not in the script any more.
 *
 * @param follow goes there, each time that another unit begins to be heard
 */
export function useHeardPlace(
  player: BookPlayer,
  script: string,
  follow: (offset: number) => void,
): Stretch | undefined {
  const audio = useStore(player.state, state => state.audio);
  const timeline = audio?.timeline;
  const unit = useStore(player.state, ({ audio: now, time, playing }) =>
    now?.timeline === undefined || (!playing && time === 0) ? undefined : unitAt(now.timeline, now.from + time),
  );
  const place = useMemo(
    () => (timeline === undefined || unit === undefined ? undefined : placeOfUnit(script, unit)),
    [timeline, unit, script],
  );
  const onUnit = useEffectEvent(() => {
    if (place !== undefined) follow(place.start);
  });
  useEffect(() => onUnit(), [unit]);
  return place;
}
