/** How one text became another, as one stretch; and what that does to places in it. Places are in UTF-16 units, ends exclusive. */

/** `before.slice(start, end)` became `after.slice(start, afterEnd)`; all around it is the same. */
export interface TextChange {
  start: number;
  end: number;
  afterEnd: number;
}

export interface Stretch {
  start: number;
  end: number;
}

/** The smallest stretch that differs. Linear in the length. */
export function changeBetween(before: string, after: string): TextChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let tail = 0;
  const tailMost = most - start;
  while (tail < tailMost && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) {
    tail += 1;
  }
  return { start, end: before.length - tail, afterEnd: after.length - tail };
}

/** Where a stretch of the text before has come to; undefined where the change went through it. */
export function carry({ start, end }: Stretch, change: TextChange): Stretch | undefined {
  if (end <= change.start) return { start, end };
  if (start < change.end) return undefined;
  const by = change.afterEnd - change.end;
  return { start: start + by, end: end + by };
}

/** A caret stays beside what it stood beside; one within the change goes to its end. */
export function carryCaret(caret: number, change: TextChange): number {
  if (caret <= change.start) return caret;
  return caret >= change.end ? caret + change.afterEnd - change.end : change.afterEnd;
}

/** Applies edits that do not overlap, in whatever order they are. */
export function applyEdits(text: string, edits: readonly (Stretch & { text: string })[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, edit) => now.slice(0, edit.start) + edit.text + now.slice(edit.end), text);
}
