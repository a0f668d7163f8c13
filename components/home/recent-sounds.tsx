'use client';

import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import { KindIcon } from '../icons.tsx';
import { onSound } from '../library/sound-events.ts';
import { isSameSound, toggle, usePlayer } from '../player/player-store.ts';
import { Waveform } from '../player/waveform.tsx';
import { PageLink } from '../page-link.tsx';

const MOST = 8;

/** What came last, to be heard at once. New ones appear by themselves. */
export function RecentSounds({ initial }: { initial: readonly Sound[] }) {
  const [sounds, setSounds] = useState(initial);
  useEffect(
    () =>
      onSound(event => {
        const id = event.type === 'removed' ? event.id : event.sound.id;
        const kind = event.type === 'removed' ? event.kind : event.sound.kind;
        setSounds(list => {
          const others = list.filter(sound => !(sound.id === id && sound.kind === kind));
          if (event.type === 'removed') return others;
          if (event.type === 'changed')
            return list.map(sound => (isSameSound(sound, event.sound) ? event.sound : sound));
          return [event.sound, ...others].slice(0, MOST);
        });
      }),
    [],
  );
  const current = usePlayer(player => player.sound);
  const playing = usePlayer(player => player.playing);
  if (sounds.length === 0) return <p className="hint">None yet.</p>;
  return (
    <ul className="recent">
      {sounds.map(sound => {
        const here = isSameSound(current, sound);
        return (
          <li key={`${sound.kind}/${sound.id}`}>
            <a
              href={sound.audio_url}
              role="button"
              className="recent-play"
              aria-label={`${here && playing ? 'Pause' : 'Play'} ${sound.name}`}
              onClick={event => {
                event.preventDefault();
                toggle(sound);
              }}
            >
              {here && playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
            </a>
            <span className={`recent-kind ${sound.kind}`}>
              <KindIcon kind={sound.kind} />
            </span>
            <PageLink href={`/sounds/${sound.kind}/${sound.id}`}>{sound.name}</PageLink>
            <span className="recent-wave">
              <Waveform sound={sound} playing={here} />
            </span>
            <span className="number">{formatLength(sound.length)}</span>
          </li>
        );
      })}
    </ul>
  );
}
