'use client';

import { ArrowDownWideNarrow, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { CategoryCounts, LengthBucket, SoundKind } from '#lib/sounds/sound.ts';
import { lazily } from '../lazily.tsx';
import { FilterChip } from './filter-chip.tsx';
import { LengthBars } from './length-bars.tsx';
import { lengthScale, rangeInWords, secondsOf } from './length-scale.ts';
import { addressOf, type ListFilters } from './list-store.ts';
import './filter-bar.css';

const CheckList = lazily(() => import('./check-list.tsx').then(module => module.CheckList));
const LengthRange = lazily(() => import('./length-range.tsx').then(module => module.LengthRange));

interface Props {
  kind: SoundKind;
  filters: ListFilters;
  facets: CategoryCounts;
  /** How many sounds of the kind are how long. */
  lengths: readonly LengthBucket[];
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
export function FilterBar({ kind, filters, facets, lengths, searchField, onChange }: Props) {
  const [draft, setDraft] = useState(filters);
  const [open, setOpen] = useState<'category' | 'tag' | 'length' | undefined>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [shown, setShown] = useState(filters);
  // Back, forward and "Show all" change the filters from outside.
  if (shown !== filters) {
    setShown(filters);
    if (addressOf(kind, filters) !== addressOf(kind, draft)) setDraft(filters);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const scale = useMemo(() => lengthScale(lengths), [lengths]);

  const apply = (change: Partial<ListFilters>, soon: boolean) => {
    const next = { ...draft, ...change };
    setDraft(next);
    clearTimeout(timer.current);
    if (soon) timer.current = setTimeout(() => onChange(next), SEARCH_AFTER_MS);
    else onChange(next);
  };
  const chip = (which: 'category' | 'tag' | 'length') => ({
    open: open === which,
    onToggle: () => setOpen(open === which ? undefined : which),
  });
  const names = (which: 'category' | 'tag', of: 'categories' | 'tags', name: string) => (
    <FilterChip
      {...chip(which)}
      name={name}
      words={inWords(draft[which], name)}
      set={draft[which].length > 0}
      onClear={() => apply({ [which]: [] }, false)}
      popover={anchor => (
        <CheckList
          anchor={anchor}
          kind={kind}
          of={of}
          facets={facets}
          chosen={draft[which]}
          onChange={chosen => apply({ [which]: chosen }, true)}
          onClose={() => setOpen(undefined)}
        />
      )}
    />
  );
  const { min_length, max_length } = draft;
  const range = { min: secondsOf(min_length), max: secondsOf(max_length) };
  return (
    <form
      className="filter-bar"
      method="get"
      action={`/sounds/${kind}`}
      role="search"
      onSubmit={event => {
        event.preventDefault();
        apply({}, false);
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
          onChange={event => apply({ q: event.target.value }, true)}
          onKeyDown={event => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </label>
      {names('category', 'categories', 'Category')}
      {names('tag', 'tags', 'Tags')}
      <FilterChip
        {...chip('length')}
        name="Length"
        words={rangeInWords(range)}
        set={min_length !== '' || max_length !== ''}
        drawing={scale !== undefined && <LengthBars scale={scale} range={range} />}
        onClear={() => apply({ min_length: '', max_length: '' }, false)}
        popover={anchor => (
          <LengthRange
            anchor={anchor}
            scale={scale}
            texts={{ min_length, max_length }}
            onChange={texts => apply(texts, true)}
            onClose={() => setOpen(undefined)}
          />
        )}
      />
      <span className="sort-field">
        <ArrowDownWideNarrow size={16} strokeWidth={1.75} aria-hidden />
        <select
          name="sort"
          aria-label="Sort"
          value={draft.sort}
          onChange={event => apply({ sort: event.target.value }, false)}
        >
          {SORTS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </span>
      <noscript>
        <select name="category" aria-label="Categories" multiple size={3} defaultValue={[...filters.category]}>
          {facets.categories.map(({ name, count }) => (
            <option key={name} value={name}>
              {name} ({count})
            </option>
          ))}
        </select>
        <input name="tag" aria-label="Tags" placeholder="Tags" defaultValue={filters.tag.join(',')} />
        <input name="min_length" aria-label="From, seconds" placeholder="From, s" defaultValue={min_length} />
        <input name="max_length" aria-label="To, seconds" placeholder="To, s" defaultValue={max_length} />
        <button>Show</button>
      </noscript>
    </form>
  );
}

/** `Weather +5`. */
function inWords(chosen: readonly string[], name: string): string {
  const [first, ...others] = chosen;
  if (first === undefined) return name;
  return others.length === 0 ? first : `${first} +${others.length}`;
}
