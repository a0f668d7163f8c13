'use client';

import { Hash, Timer, Waves, Zap } from 'lucide-react';
import { VoiceRing } from './voice-ring.tsx';

interface Props {
  /** Names of voices, in the order of their keys. */
  names: readonly string[];
  onVoice: (name: string) => void;
  onSound: (kind: 'effects' | 'background') => void;
  onPause: () => void;
  onChapter: () => void;
}

/** Voices that have a key. */
export const KEYED_VOICES = 9;
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Writes tags at the caret. */
export function InsertBar({ names, onVoice, onSound, onPause, onChapter }: Props) {
  return (
    <div className="insert-bar" role="group" aria-label="Insert at the caret">
      {names.slice(0, KEYED_VOICES).map((name, index) => (
        <button
          key={name}
          className="quiet small insert-voice"
          aria-label={`Insert voice ${name}`}
          aria-keyshortcuts={`Alt+${index + 1}`}
          title={`Insert {{{voice:${name}}}}`}
          onClick={() => onVoice(name)}
        >
          <VoiceRing name={name} index={index} small /> <code>{name}</code>
          <kbd aria-hidden="true">Alt {index + 1}</kbd>
        </button>
      ))}
      <button className="quiet small" data-kind="effects" onClick={() => onSound('effects')}>
        <Zap {...ICON} /> Effect…
      </button>
      <button className="quiet small" data-kind="background" onClick={() => onSound('background')}>
        <Waves {...ICON} /> Bed…
      </button>
      <button className="quiet small" onClick={onPause}>
        <Timer {...ICON} /> Pause
      </button>
      <button className="quiet small" onClick={onChapter}>
        <Hash {...ICON} /> Chapter
      </button>
    </div>
  );
}
