'use client';

import { useEffect, useState, type KeyboardEvent } from 'react';
import type { CategoryCounts, SoundKind } from '#lib/sounds/sound.ts';
import { listCategories } from '../api/client.ts';
import { FilterPopover } from './filter-popover.tsx';

type Named = Pick<CategoryCounts['categories'][number], 'name' | 'count'>;

interface Props {
  anchor: HTMLElement;
  kind: SoundKind;
  of: 'categories' | 'tags';
  /** What the page knows; it is asked for again, as sounds may have changed since. */
  facets: CategoryCounts;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  onClose: () => void;
}

/** As many as one filter may name, of either. */
const MOST = 32;
/** Drawn at once; the others are found by typing. */
const SHOWN = 200;

const WORDS = {
  categories: { label: 'Categories', find: 'Find a category', hint: 'Sounds of any of them are shown.' },
  tags: { label: 'Tags', find: 'Find a tag', hint: 'Sounds that have all of them are shown.' },
};

/** Categories or tags to be ticked, the most used first, found by typing. */
export function CheckList({ anchor, kind, of, facets, chosen, onChange, onClose }: Props) {
  const [text, setText] = useState('');
  const [counts, setCounts] = useState(facets);
  // They stand first, and stay where they are while one ticks.
  const [first] = useState(chosen);
  useEffect(() => {
    const abort = new AbortController();
    listCategories(kind, abort.signal).then(setCounts, () => undefined);
    return () => abort.abort();
  }, [kind]);

  const { label, find, hint } = WORDS[of];
  const found = namesFirst(counts[of], first).filter(({ name }) => folded(name).includes(folded(text.trim())));
  const shown = found.slice(0, SHOWN);
  const full = chosen.length >= MOST;
  const toggle = (name: string) => {
    if (chosen.includes(name)) onChange(chosen.filter(one => one !== name));
    else if (!full) onChange([...chosen, name]);
  };
  return (
    <FilterPopover anchor={anchor} label={label} className="check-list" onKeyDown={moveFocus} onClose={onClose}>
      <input
        type="search"
        data-first=""
        data-stop=""
        aria-label={find}
        placeholder={find}
        maxLength={64}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter') return;
          // It stands within the form of all filters.
          event.preventDefault();
          if (shown[0] !== undefined) toggle(shown[0].name);
        }}
      />
      <ul aria-label={label}>
        {shown.map(({ name, count }, index) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                data-stop=""
                // One of them is reached by Tab, the others from it by arrows.
                tabIndex={index === 0 ? 0 : -1}
                checked={chosen.includes(name)}
                disabled={full && !chosen.includes(name)}
                onChange={() => toggle(name)}
              />
              <span className="name">{name}</span>
              <span className="count">{count.toLocaleString('en')}</span>
            </label>
          </li>
        ))}
      </ul>
      <p className="hint" role="status">
        {full
          ? `${MOST} are the most at once.`
          : found.length === 0
            ? 'None is called that.'
            : found.length > SHOWN
              ? `${(found.length - SHOWN).toLocaleString('en')} more; type to find them.`
              : hint}
      </p>
    </FilterPopover>
  );
}

/** Those named first, with no sound where nobody counted them; then the others in their order. */
function namesFirst(counts: readonly Named[], first: readonly string[]): Named[] {
  const known = new Map(counts.map(one => [one.name, one]));
  const leading = first.map(name => known.get(name) ?? { name, count: 0 });
  return [...leading, ...counts.filter(({ name }) => !first.includes(name))];
}

function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-stop]:not(:disabled)')];
  const at = stops.indexOf(event.target as HTMLElement);
  // In the text field Home and End are the text's.
  const inList = at > 0;
  const next = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    ...(inList ? { Home: 1, End: stops.length - 1 } : {}),
  }[event.key];
  if (next === undefined) return;
  stops[Math.max(0, Math.min(stops.length - 1, next))]?.focus();
  event.preventDefault();
}
