'use client';

import { Search } from 'lucide-react';
import type { RefObject } from 'react';
import type { Voice } from '#lib/voices/voices.ts';
import type { VoiceFilter } from '#lib/voices/voice-filter.ts';
import { languagesOf, type LanguageNames } from './voice-words.ts';

interface Props {
  filter: VoiceFilter;
  voices: readonly Voice[];
  languageNames: LanguageNames;
  engines: readonly string[];
  searchField: RefObject<HTMLInputElement | null>;
  onChange: (filter: VoiceFilter) => void;
}

/** A form that works by itself; with JavaScript it is applied while it is filled. */
export function VoiceFilters({ filter, voices, languageNames, engines, searchField, onChange }: Props) {
  const set = (name: keyof VoiceFilter, value: string) =>
    onChange({ ...filter, [name]: value === '' ? undefined : value });
  return (
    <form
      className="voice-filters"
      method="get"
      action="/voices"
      role="search"
      onSubmit={event => event.preventDefault()}
    >
      <label className="search-field">
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <input
          ref={searchField}
          type="search"
          name="q"
          aria-label="Search"
          placeholder="Name or id"
          maxLength={200}
          value={filter.q ?? ''}
          onChange={event => set('q', event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </label>
      <select
        name="language"
        aria-label="Language"
        className={`chip ${filter.language === undefined ? '' : 'set'}`}
        value={filter.language ?? ''}
        onChange={event => set('language', event.target.value)}
      >
        <option value="">Every language</option>
        {languagesOf(voices, languageNames).map(({ tag, name, count }) => (
          <option key={tag} value={tag}>
            {name} ({count})
          </option>
        ))}
      </select>
      {engines.length > 1 && (
        <select
          name="engine"
          aria-label="Engine"
          className={`chip ${filter.engine === undefined ? '' : 'set'}`}
          value={filter.engine ?? ''}
          onChange={event => set('engine', event.target.value)}
        >
          <option value="">Every engine</option>
          {engines.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <noscript>
        <button>Show</button>
      </noscript>
    </form>
  );
}
