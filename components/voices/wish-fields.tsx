'use client';

import { RotateCcw } from 'lucide-react';
import type { KeyboardEvent, RefObject } from 'react';
import { MAX_SPEECH_CHARACTERS, PITCH_RANGE, SPEED_RANGE } from '#lib/audio/speech-limits.ts';
import type { Voice } from '#lib/voices/voices.ts';
import { useStore } from '../store.ts';
import { wish } from './page-speaker.ts';
import { formatPitch, formatSpeed, unfollowed, type Setting } from './voice-words.ts';

interface Props {
  /** The voice that the keyboard is on. */
  voice: Voice | undefined;
  textField: RefObject<HTMLTextAreaElement | null>;
}

const SETTINGS = {
  speed: {
    label: 'Speed',
    ...SPEED_RANGE,
    step: 0.05,
    usual: 1,
    format: formatSpeed,
    meaning: "Times the voice's own rate; its pitch stays.",
  },
  pitch: {
    label: 'Pitch',
    ...PITCH_RANGE,
    step: 1,
    usual: 0,
    format: formatPitch,
    meaning: "Semitones above the voice's own; its rate stays.",
  },
} as const;

/** What is to be said, and how. */
export function WishFields({ voice, textField }: Props) {
  const { text } = useStore(wish, value => value);
  return (
    <section className="wish" aria-label="What is said">
      <label className="wish-text">
        <span>
          A sentence of your own <kbd>T</kbd>
        </span>
        <textarea
          ref={textField}
          rows={2}
          maxLength={MAX_SPEECH_CHARACTERS}
          placeholder="Left empty, each voice says its own sample."
          value={text}
          onChange={event => wish.set(value => ({ ...value, text: event.target.value }))}
          onKeyDown={event => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <span className="hint wish-count">
          {text.length.toLocaleString('en')} of {MAX_SPEECH_CHARACTERS.toLocaleString('en')} characters
        </span>
      </label>
      <SettingField setting="speed" voice={voice} isSample={text.trim() === ''} />
      <SettingField setting="pitch" voice={voice} isSample={text.trim() === ''} />
    </section>
  );
}

function SettingField({ setting, voice, isSample }: { setting: Setting; voice: Voice | undefined; isSample: boolean }) {
  const value = useStore(wish, all => all[setting]);
  const { label, min, max, step, usual, format, meaning } = SETTINGS[setting];
  const why =
    unfollowed(voice, setting) ?? (isSample ? 'Samples are spoken as the voice is. Type a sentence.' : undefined);
  const set = (next: number) => wish.set(all => ({ ...all, [setting]: next }));
  return (
    <div className={`wish-setting ${why === undefined ? '' : 'unfollowed'}`}>
      <label htmlFor={`wish-${setting}`}>{label}</label>
      <output htmlFor={`wish-${setting}`}>{format(value)}</output>
      <button
        type="button"
        className="quiet icon-button"
        aria-label={`${label} as the voice is`}
        title={`${label} as the voice is`}
        disabled={value === usual}
        onClick={() => set(usual)}
      >
        <RotateCcw size={14} strokeWidth={1.75} aria-hidden />
      </button>
      <input
        id={`wish-${setting}`}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={why !== undefined}
        aria-valuetext={format(value)}
        aria-describedby={`wish-${setting}-words`}
        onChange={event => set(event.currentTarget.valueAsNumber)}
        onKeyDown={keepArrows}
      />
      <p id={`wish-${setting}-words`} className="hint">
        {why ?? meaning}
      </p>
    </div>
  );
}

/** Its arrows are its own: the list moves by them, too. */
function keepArrows(event: KeyboardEvent): void {
  if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
}
