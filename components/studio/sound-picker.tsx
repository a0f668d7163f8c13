'use client';

import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatLength } from '#lib/sounds/sound-words.ts';
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { listSounds } from '../api/client.ts';
import { Dialog } from '../dialog.tsx';
import { pause, toggle, usePlayer } from '../player/player-store.ts';
import { Waveform } from '../player/waveform.tsx';

interface Props {
  kind: SoundKind;
  title: string;
  /** Ends the bed that plays, where that is a choice. */
  onStop?: (() => void) | undefined;
  onChoose: (sound: Sound) => void;
  onClose: () => void;
}

const SEARCH_AFTER_MS = 150;
const MOST = '30';

interface Found {
  text: string;
  sounds: readonly Sound[];
  total: number;
  problem: string;
}

/** Sounds of the library, to be heard and put into a script. */
export function SoundPicker({ kind, title, onStop, onChoose, onClose }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found>();
  const playing = usePlayer(state => (state.playing ? state.sound : null));
  useEffect(() => {
    const controller = new AbortController();
    const q = text.trim();
    const timer = setTimeout(
      () =>
        void listSounds(kind, { q, limit: MOST, sort: 'name' }, controller.signal).then(
          ({ items, total }) => setFound({ text: q, sounds: items, total, problem: '' }),
          (error: unknown) => {
            if (!controller.signal.aborted) {
              setFound({
                text: q,
                sounds: [],
                total: 0,
                problem: error instanceof Error ? error.message : String(error),
              });
            }
          },
        ),
      SEARCH_AFTER_MS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [kind, text]);
  const choose = (act: () => void) => {
    pause();
    act();
    onClose();
  };
  return (
    <Dialog label={title} className="picker" onClose={onClose}>
      <h2>{title}</h2>
      <form
        onSubmit={event => {
          event.preventDefault();
          const first = found?.text === text.trim() ? found.sounds[0] : undefined;
          if (first !== undefined) choose(() => onChoose(first));
        }}
      >
        <input
          type="search"
          aria-label={`Search ${kind === 'effects' ? 'effects' : 'beds'}`}
          placeholder="Name, id, tag, category"
          value={text}
          autoFocus
          onChange={event => setText(event.target.value)}
        />
      </form>
      <ul className="picker-list">
        {onStop !== undefined && (
          <li>
            <button className="quiet picker-choice" onClick={() => choose(onStop)}>
              <span>End the bed that plays</span> <code>{'{{{bg:stop}}}'}</code>
            </button>
          </li>
        )}
        {found?.sounds.map(sound => {
          const isHeard = playing?.id === sound.id && playing.kind === kind;
          return (
            <li key={sound.id}>
              <button
                className="quiet icon-button"
                aria-label={`${isHeard ? 'Pause' : 'Hear'} ${sound.name}`}
                onClick={() => toggle(sound)}
              >
                {isHeard ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
              </button>
              <button className="quiet picker-choice" onClick={() => choose(() => onChoose(sound))}>
                <span className="picker-name">
                  {sound.name} <code>{sound.id}</code>
                </span>
                <span className="picker-wave">
                  <Waveform sound={sound} />
                </span>
                <span className="number hint">{formatLength(sound.length)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="hint" role="status">
        {wordsOf(found, kind)}
      </p>
    </Dialog>
  );
}

function wordsOf(found: Found | undefined, kind: SoundKind): string {
  if (found === undefined) return 'Searching…';
  if (found.problem !== '') return found.problem;
  const many = kind === 'effects' ? 'effects' : 'beds';
  if (found.total === 0) return found.text === '' ? `There are no ${many} in the library yet.` : 'Nothing matches.';
  const shown = found.sounds.length;
  return shown < found.total
    ? `${shown} of ${found.total.toLocaleString('en')}; search to see the others.`
    : `${shown} ${many}`;
}
