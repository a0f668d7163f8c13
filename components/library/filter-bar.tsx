'use client';

import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { CategoryCounts, SoundKind } from '#lib/sounds/sound.ts';
import { addressOf, type ListFilters } from './list-store.ts';

interface Props {
  kind: SoundKind;
  filters: ListFilters;
  facets: CategoryCounts;
  searchField: RefObject<HTMLInputElement | null>;
  onChange: (filters: ListFilters) => void;
}

const SORTS = [
  ['newest', 'Newest'],
  ['oldest', 'Oldest'],
  ['name', 'Name'],
  ['length', 'Length'],
] as const;

/** Longer than a pause between two letters, shorter than one notices. */
const SEARCH_AFTER_MS = 150;

/** Search and filters. A form that works by itself; with JavaScript it is applied while it is filled. */
export function FilterBar({ kind, filters, facets, searchField, onChange }: Props) {
  const [draft, setDraft] = useState(filters);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [shown, setShown] = useState(filters);
  // Back, forward and "Show all" change the filters from outside.
  if (shown !== filters) {
    setShown(filters);
    if (addressOf(kind, filters) !== addressOf(kind, draft)) setDraft(filters);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (next: ListFilters, soon: boolean) => {
    setDraft(next);
    clearTimeout(timer.current);
    if (soon) timer.current = setTimeout(() => onChange(next), SEARCH_AFTER_MS);
    else onChange(next);
  };
  const seconds = (name: 'min_length' | 'max_length', label: string) => (
    <label className={draft[name] === '' ? 'chip' : 'chip set'}>
      {label}
      <input
        name={name}
        inputMode="decimal"
        pattern="\d+(\.\d+)?"
        value={draft[name]}
        placeholder="any"
        onChange={event => {
          const value = event.target.value.replace(',', '.');
          if (/^(\d+\.?\d*)?$/.test(value)) apply({ ...draft, [name]: value.replace(/\.$/, '') }, true);
        }}
      />
      s
    </label>
  );
  return (
    <form
      className="filter-bar"
      method="get"
      action={`/sounds/${kind}`}
      role="search"
      onSubmit={event => {
        event.preventDefault();
        apply(draft, false);
      }}
    >
      <label className="search-field">
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <input
          ref={searchField}
          type="search"
          name="q"
          aria-label="Search"
          placeholder="Name, id, tag, category"
          maxLength={200}
          value={draft.q}
          onChange={event => apply({ ...draft, q: event.target.value }, true)}
          onKeyDown={event => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </label>
      <select
        name="category"
        aria-label="Category"
        className={draft.category.length === 0 ? 'chip' : 'chip set'}
        value={draft.category[0] ?? ''}
        onChange={event => apply({ ...draft, category: [event.target.value].filter(one => one !== '') }, false)}
      >
        <option value="">All categories</option>
        {facets.categories.map(({ name, count }) => (
          <option key={name} value={name}>
            {name} ({count})
          </option>
        ))}
      </select>
      <select
        aria-label="Add a tag to the filter"
        className={draft.tag.length === 0 ? 'chip' : 'chip set'}
        value=""
        onChange={event => {
          const { value } = event.target;
          if (value !== '') apply({ ...draft, tag: [...new Set([...draft.tag, value])] }, false);
        }}
      >
        <option value="">{draft.tag.length === 0 ? 'Tags' : 'And tag'}</option>
        {facets.tags
          .filter(({ name }) => !draft.tag.includes(name))
          .slice(0, 500)
          .map(({ name, count }) => (
            <option key={name} value={name}>
              {name} ({count})
            </option>
          ))}
      </select>
      {draft.tag.map(tag => (
        <button
          key={tag}
          type="button"
          className="chip set"
          aria-label={`Remove the tag ${tag} from the filter`}
          onClick={() => apply({ ...draft, tag: draft.tag.filter(one => one !== tag) }, false)}
        >
          {tag} <X size={14} aria-hidden />
        </button>
      ))}
      {seconds('min_length', 'From')}
      {seconds('max_length', 'To')}
      <select
        name="sort"
        aria-label="Sort"
        className="chip sort"
        value={draft.sort}
        onChange={event => apply({ ...draft, sort: event.target.value }, false)}
      >
        {SORTS.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <noscript>
        <input name="tag" aria-label="Tags" placeholder="Tags" defaultValue={filters.tag.join(',')} />
        <button>Show</button>
      </noscript>
    </form>
  );
}
