/** Which rows of a long list are drawn. All rows are equally high, so everything follows from one division. Pixels throughout. */

/** The part of the list that is seen. */
export interface View {
  /** From the top of the list. */
  top: number;
  height: number;
}

/** Rows `from` up to, without, `to`. */
export interface RowRange {
  from: number;
  to: number;
}

/** Rows drawn beyond the view on either side: what a wheel turns before the next frame, and what Tab and a reader go on to. */
export const OVERSCAN = 12;

/** Every row that is seen, if only by a pixel, and {@link OVERSCAN} more on either side. The list may end before. */
export function rowsAround({ top, height }: View, rowHeight: number): RowRange {
  return {
    from: Math.max(0, Math.floor(top / rowHeight) - OVERSCAN),
    to: Math.max(0, Math.ceil((top + height) / rowHeight)) + OVERSCAN,
  };
}

/** Where the view has to begin for all of a row to be seen, with the least movement. */
export function topToShow(index: number, { top, height }: View, rowHeight: number): number {
  const start = index * rowHeight;
  if (start < top) return start;
  return Math.max(top, start + rowHeight - height);
}
