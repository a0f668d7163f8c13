'use client';

import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useKeys } from '../keys/keys.ts';
import './filter-popover.css';

interface Props {
  /** What it stands under, and what gets the focus back. */
  anchor: HTMLElement;
  label: string;
  className: string;
  /** Keys that the content has a use for beyond Escape. */
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  onClose: () => void;
  children: ReactNode;
}

/** Pixels to the chip above, and to the edges of the window. */
const GAP = 4;
const MARGIN = 8;

/**
 * The choices of a filter, in front of the list. They are applied while they are made, so there is nothing to confirm: Escape
 * closes it and gives the focus back, and so does a press or the focus going elsewhere, which takes the focus with it.
 */
export function FilterPopover({ anchor, label, className, onKeyDown, onClose, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef(onClose);
  useEffect(() => {
    leave.current = onClose;
  });
  useKeys({
    Escape: {
      label: 'Close the filter',
      group: 'List',
      inFields: true,
      run: () => {
        anchor.focus();
        onClose();
      },
    },
  });

  useLayoutEffect(() => {
    const element = box.current!;
    const chip = anchor.closest('.chip')!;
    const place = () => {
      const { left, bottom } = chip.getBoundingClientRect();
      const right = document.documentElement.clientWidth - MARGIN - element.offsetWidth;
      element.style.left = `${Math.max(MARGIN, Math.min(left, right))}px`;
      element.style.top = `${bottom + GAP}px`;
      element.style.maxHeight = `${window.innerHeight - bottom - GAP - MARGIN}px`;
    };
    element.showPopover();
    place();
    element.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
    const outside = ({ target }: Event) => {
      if (target instanceof Node && !chip.contains(target)) leave.current();
    };
    window.addEventListener('resize', place);
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [anchor]);

  return (
    <div
      ref={box}
      popover="manual"
      role="dialog"
      aria-label={label}
      className={`filter-popover ${className}`}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  );
}
