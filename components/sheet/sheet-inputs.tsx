import { X } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { clipSettings } from '#lib/audio/clip-envelope.ts';
import { MAX_CHARACTERS } from '#lib/sounds/sound-limits.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import {
  addTags,
  defaultOf,
  FIELD_LABELS,
  placeholderOf,
  writeField,
  type FieldProblems,
  type FlagName,
  type TextName,
} from './sheet-fields.ts';
import type { SheetState, SheetStore } from './sheet-store.ts';

interface Shared {
  store: SheetStore;
  state: SheetState;
  /** As it is wanted. */
  sound: Sound;
  problems: FieldProblems;
}

interface TextFieldProps extends Shared {
  name: TextName;
  unit?: 'dB' | 's';
  disabled?: boolean;
  /** Words that are offered. */
  offered?: readonly string[];
}

export function TextField({ store, state, sound, problems, name, unit, disabled = false, offered }: TextFieldProps) {
  const id = useId();
  const problem = problems[name];
  return (
    <div className="sheet-field">
      <label htmlFor={id}>{FIELD_LABELS[name]}</label>
      <span className="sheet-input" data-wrong={problem === undefined ? undefined : ''}>
        <input
          id={id}
          value={state.drafts[name] ?? writeField(name, sound[name])}
          placeholder={placeholderOf(sound.kind, name, sound.length)}
          inputMode={unit === undefined ? undefined : 'decimal'}
          autoComplete="off"
          spellCheck={unit === undefined}
          disabled={disabled}
          list={offered === undefined ? undefined : `${id}-list`}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onChange={event => store.type(name, event.target.value)}
          onBlur={() => store.settle(name)}
          onKeyDown={event => {
            if (event.key !== 'Enter') return;
            store.settle(name);
            store.flush();
          }}
        />
        {unit !== undefined && <span className="sheet-unit">{unit}</span>}
      </span>
      {offered !== undefined && (
        <datalist id={`${id}-list`}>
          {offered.map(word => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
      {problem !== undefined && (
        <p className="sheet-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

export function Switch({ store, sound, name }: Pick<Shared, 'store' | 'sound'> & { name: FlagName }) {
  const on = sound[name] ?? (name === 'loop' ? clipSettings(sound.kind, sound).loop : defaultOf(sound.kind, name));
  return (
    <label className="sheet-switch">
      <input
        type="checkbox"
        role="switch"
        checked={on === true}
        onChange={event => store.edit(name, event.target.checked)}
      />
      <span>{FIELD_LABELS[name]}</span>
    </label>
  );
}

export function TagsField({ store, sound, problems }: Omit<Shared, 'state'>) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const wrong = problem ?? problems.tags;

  const add = (typed: string) => {
    const result = addTags(sound.tags, typed);
    if ('problem' in result) return setProblem(result.problem);
    setProblem(undefined);
    setText('');
    store.edit('tags', result.tags);
  };
  const remove = (tag: string) => {
    setProblem(undefined);
    store.edit(
      'tags',
      sound.tags.filter(one => one !== tag),
    );
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '' && sound.tags.length > 0) {
      event.preventDefault();
      remove(sound.tags.at(-1)!);
    }
  };
  return (
    <div className="sheet-field">
      <label htmlFor={id}>{FIELD_LABELS.tags}</label>
      <span className="sheet-input sheet-tags" data-wrong={wrong === undefined ? undefined : ''}>
        {sound.tags.map(tag => (
          <span key={tag} className="sheet-tag">
            {tag}
            <button type="button" aria-label={`Remove ${tag}`} onClick={() => remove(tag)}>
              <X size={14} strokeWidth={1.75} aria-hidden />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          value={text}
          placeholder="Add a tag"
          autoComplete="off"
          // A little more than one tag: what is too long is said, not cut.
          maxLength={MAX_CHARACTERS.tag * 20}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? undefined : `${id}-problem`}
          onChange={event => {
            setProblem(undefined);
            if (event.target.value.includes(',')) add(event.target.value);
            else setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => text.trim() !== '' && add(text)}
        />
      </span>
      {wrong !== undefined && (
        <p className="sheet-problem" id={`${id}-problem`}>
          {wrong}
        </p>
      )}
    </div>
  );
}
