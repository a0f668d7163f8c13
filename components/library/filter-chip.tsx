'use client';

import { ChevronDown, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';

interface Props {
  /** What is filtered, in a word: `Category`. */
  name: string;
  /** What is shown on it: the value where there is one. */
  words: string;
  set: boolean;
  open: boolean;
  drawing?: ReactNode;
  onToggle: () => void;
  onClear: () => void;
  /** What opens; it is given the button, to stand under it and to give the focus back. */
  popover: (anchor: HTMLElement) => ReactNode;
}

/** A filter as a button that opens its choices, with a second one that clears it. */
export function FilterChip({ name, words, set, open, drawing, onToggle, onClear, popover }: Props) {
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  return (
    <span className={`chip filter-chip ${set ? 'set' : ''}`}>
      <button
        ref={setButton}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={set ? `${name}: ${words}` : words}
        onClick={onToggle}
      >
        {drawing}
        <span className="filter-chip-words">{words}</span>
        {!set && <ChevronDown size={14} aria-hidden />}
      </button>
      {set && (
        <button
          type="button"
          className="filter-chip-clear"
          aria-label={`Clear the filter ${name}`}
          onClick={() => {
            button?.focus();
            onClear();
          }}
        >
          <X size={14} aria-hidden />
        </button>
      )}
      {open && button !== null && popover(button)}
    </span>
  );
}
