/** Where a list of rows that are equally high has to be scrolled to. Pixels throughout. */

/** The part of the list that is seen. */
export interface View {
  /** From the top of the list. */
  top: number;
  height: number;
}

/** Where the view has to begin for all of a row to be seen, with the least movement. */
export function topToShow(index: number, { top, height }: View, rowHeight: number): number {
  const start = index * rowHeight;
  if (start < top) return start;
  return Math.max(top, start + rowHeight - height);
}
