'use client';

import { Check, Play, Square } from 'lucide-react';
import { useState } from 'react';
import type { Voice } from '#lib/voices/voices.ts';
import { Dialog } from '../dialog.tsx';
import { usePreviewedVoice } from './previewed-voice.ts';

interface Props {
  /** Who is looked for: `A voice for narrator`. */
  title: string;
  voices: readonly Voice[];
  /** Id of the voice that it is now. */
  chosen: string | undefined;
  /** Words for having none, where that is a choice. */
  none?: string | undefined;
  /** Undefined for none. */
  onChoose: (voice: string | undefined) => void;
  onClose: () => void;
}

/** Shown at once; a search finds the others. */
const MOST = 100;

/** Everyone who can speak, to be heard and chosen. */
export function VoicePicker({ title, voices, chosen, none, onChoose, onClose }: Props) {
  const [text, setText] = useState('');
  const { heard, hear } = usePreviewedVoice();
  const wanted = fold(text).split(/\s+/);
  const found = voices.filter(voice => {
    const about = fold([voice.name, voice.id, voice.language, voice.gender ?? ''].join(' '));
    return wanted.every(word => about.includes(word));
  });
  const choose = (voice: string | undefined) => {
    onChoose(voice);
    onClose();
  };
  return (
    <Dialog label={title} className="picker" onClose={onClose}>
      <h2>{title}</h2>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (found[0] !== undefined) choose(found[0].id);
        }}
      >
        <input
          type="search"
          aria-label="Search voices"
          placeholder="Name, language, engine"
          value={text}
          autoFocus
          onChange={event => setText(event.target.value)}
        />
      </form>
      <ul className="picker-list">
        {none !== undefined && (
          <li>
            <button
              className="quiet picker-choice"
              aria-pressed={chosen === undefined}
              onClick={() => choose(undefined)}
            >
              <span>{none}</span>
            </button>
          </li>
        )}
        {found.slice(0, MOST).map(voice => (
          <li key={voice.id}>
            <button
              className="quiet icon-button"
              aria-label={heard === voice.id ? `Stop ${voice.name}` : `Hear ${voice.name}`}
              onClick={() => hear(voice)}
            >
              {heard === voice.id ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
            </button>
            <button className="quiet picker-choice" aria-pressed={voice.id === chosen} onClick={() => choose(voice.id)}>
              <span>{voice.name}</span>
              <span className="hint">
                {voice.language}
                {voice.gender !== undefined && `, ${voice.gender}`}
                {!voice.available && ', engine is down'}
              </span>
              <code>{voice.id}</code>
              {voice.id === chosen && <Check size={14} aria-hidden />}
            </button>
          </li>
        ))}
      </ul>
      <p className="hint" role="status">
        {found.length === 0
          ? 'Nobody by that name.'
          : found.length > MOST
            ? `${found.length} voices; search to see the others.`
            : `${found.length} of ${voices.length} voices`}
      </p>
    </Dialog>
  );
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
