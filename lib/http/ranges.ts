/** What a `Range` header asks of a body of `size` bytes; `end` is exclusive. */
export type RangeAnswer = { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'unsatisfiable' };

/**
 * RFC 9110, 14.1.2. Ranges that are malformed, of another unit, or several at once are ignored, as the RFC allows: the whole
 * is answered. A range that begins past the end is unsatisfiable.
 */
export function parseRange(header: string | null, size: number): RangeAnswer {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i.exec(header?.replaceAll(' ', '') ?? '');
  if (match === null) return { kind: 'whole' };
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const count = Number(suffix);
    if (count === 0 || size === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', start: Math.max(0, size - count), end: size };
  }
  const start = Number(first);
  const end = last === '' || last === undefined ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && last !== undefined && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end };
}
