import { AppError } from '#lib/base/errors.ts';
import type { PassageWish } from '#lib/renders/passage.ts';

/** Seconds of a preview, where nobody says. */
const USUAL_LENGTH = 30;
const MAX_LENGTH = 600;

interface PreviewQuery {
  start?: number | undefined;
  end?: number | undefined;
  offset?: number | undefined;
  length?: number | undefined;
}

/**
 * What a preview asks for: a part of the book's timeline in seconds, or a passage from a place in its script on.
 *
 * @throws AppError `request.invalid` for one that is both, empty, or longer than ten minutes
 */
export function previewWish(query: PreviewQuery): { range: { start: number; end: number } } | { passage: PassageWish } {
  const { start = 0, end = start + USUAL_LENGTH, offset, length } = query;
  if (offset !== undefined) {
    for (const name of ['start', 'end'] as const) {
      if (query[name] !== undefined) throw refusal(name, 'cannot be given beside offset: take length');
    }
    return { passage: passageWish({ offset, length }) };
  }
  if (length !== undefined) throw refusal('length', 'goes with offset: take end beside start');
  if (end <= start) throw refusal('end', 'must come after start');
  if (end - start > MAX_LENGTH)
    throw refusal('end', `must be at most ${MAX_LENGTH} seconds after start; render the book instead`);
  return { range: { start, end } };
}

/** @throws AppError `request.invalid` for one that is empty or longer than ten minutes */
export function passageWish({
  offset,
  length = USUAL_LENGTH,
}: {
  offset: number;
  length?: number | undefined;
}): PassageWish {
  if (length > 0 && length <= MAX_LENGTH) return { offset, length };
  throw refusal('length', `must be more than 0 and at most ${MAX_LENGTH} seconds; render the book for more`);
}

function refusal(path: string, message: string): AppError {
  return new AppError('request.invalid', `${path} ${message}`, { issues: [{ path, message }] });
}
