'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, type RefObject } from 'react';

interface Props {
  pane: RefObject<HTMLElement | null>;
  count: number;
  /** Pixels. */
  rowHeight: number;
  /** Rows `from` up to, without, `to` are to be drawn. */
  onRange: (from: number, to: number) => void;
}

/** Rows drawn beyond the view on either side: what a wheel turns before the next frame, and what Tab and a reader go on to. */
const OVERSCAN = 12;

/** It never scrolls by itself: as it comes, a finger may be scrolling, which that would stop. */
const stay = () => {};

/**
 * Says which rows are in view; shows nothing itself, so that a row which is drawn already, and may be pressed at the moment, stays the
 * element it is when this comes.
 */
export function VirtualRange({ pane, count, rowHeight, onRange }: Props) {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => pane.current,
    estimateSize: () => rowHeight,
    initialOffset: () => pane.current?.scrollTop ?? 0,
    scrollToFn: stay,
    overscan: OVERSCAN,
  });
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  const indexes = virtualizer.getVirtualIndexes();
  const from = indexes[0];
  const to = (indexes.at(-1) ?? -1) + 1;
  // With the frame that the virtualiser draws.
  useLayoutEffect(() => {
    if (from !== undefined) onRange(from, to);
  }, [from, to, onRange]);
  return null;
}
