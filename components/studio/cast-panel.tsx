'use client';

import { Play, Plus, Square, X } from 'lucide-react';
import { useState } from 'react';
import type { Voice } from '#lib/voices/voices.ts';
import type { CastMember } from './cast-members.ts';
import { KEYED_VOICES } from './insert-bar.tsx';
import { usePreviewedVoice } from './previewed-voice.ts';
import { toCastName } from './script-tags.ts';
import { plural } from './studio-words.ts';
import { VoiceRing } from './voice-ring.tsx';

export interface CastPanelProps {
  members: readonly CastMember[];
  defaultVoice: string | null | undefined;
  voices: ReadonlyMap<string, Voice>;
  /** Asks for a voice for a name; undefined for the default voice. */
  onPick: (name: string | undefined) => void;
  onRemove: (name: string) => void;
}

/** Who speaks, and with which voice. */
export function CastPanel({ members, defaultVoice, voices, onPick, onRemove }: CastPanelProps) {
  const { heard, hear } = usePreviewedVoice();
  const sampleOf = (id: string | null | undefined, name: string) => {
    const voice = voices.get(id ?? '');
    if (voice === undefined) return null;
    return (
      <button
        className="quiet icon-button"
        aria-label={heard === voice.id ? `Stop ${name}` : `Hear ${name}`}
        onClick={() => hear(voice)}
      >
        {heard === voice.id ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      </button>
    );
  };
  return (
    <section className="cast" aria-label="Cast">
      <header>
        <h2>Cast</h2>
        {members.length > 0 && <span className="hint wide-only">Insert with Alt</span>}
      </header>
      <ul>
        {members.map(({ name, voice, uses }, index) => (
          <li key={name}>
            <button className="quiet cast-member" onClick={() => onPick(name)}>
              <VoiceRing name={name} index={index} />
              <code>{name}</code>
              <span className={voice === undefined ? 'cast-missing' : 'hint'}>
                {voice === undefined ? 'Choose a voice' : describeVoice(voice, voices)}
                {uses === 0 && ', not in the script'}
              </span>
            </button>
            {sampleOf(voice, name)}
            {uses === 0 ? (
              <button className="quiet icon-button" aria-label={`Remove ${name}`} onClick={() => onRemove(name)}>
                <X size={14} aria-hidden />
              </button>
            ) : (
              <span className="hint cast-key" title={plural(uses, 'tag')}>
                {index < KEYED_VOICES && <kbd>{index + 1}</kbd>}
              </span>
            )}
          </li>
        ))}
        <li>
          <button className="quiet cast-member" onClick={() => onPick(undefined)}>
            <span className="voice-ring is-default" aria-hidden="true">
              –
            </span>
            <span>Default voice</span>
            <span className="hint">
              {defaultVoice ? describeVoice(defaultVoice, voices) : 'None: each text needs a voice tag'}
            </span>
          </button>
          {sampleOf(defaultVoice, 'the default voice')}
          <span className="cast-key" />
        </li>
      </ul>
      <NewMember taken={members.map(({ name }) => name)} onAdd={onPick} />
    </section>
  );
}

function NewMember({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) {
  const [text, setText] = useState('');
  const name = toCastName(text);
  const isTaken = taken.includes(name);
  return (
    <form
      className="cast-new"
      onSubmit={event => {
        event.preventDefault();
        if (name === '' || isTaken) return;
        onAdd(name);
        setText('');
      }}
    >
      <input
        aria-label="Name of a new voice in this book"
        placeholder="old_man"
        maxLength={64}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button className="small" aria-disabled={name === '' || isTaken}>
        <Plus size={14} aria-hidden /> {isTaken ? 'Is there' : 'Add'}
      </button>
    </form>
  );
}

function describeVoice(id: string, voices: ReadonlyMap<string, Voice>): string {
  const voice = voices.get(id);
  if (voice === undefined) return voices.size === 0 ? id : `${id} is not there`;
  return `${voice.name}, ${voice.language}${voice.available ? '' : ', engine is down'}`;
}
