import { AppError } from '#lib/base/errors.ts';

/** Seconds of a preview, where nobody says. */
const USUAL_LENGTH = 30;
const MAX_LENGTH = 600;

/**
 * The part of a book that a preview asks for, in seconds.
 *
 * @throws AppError `request.invalid` for one that is empty or longer than ten minutes
 */
export function previewRange({ start, end = start + USUAL_LENGTH }: { start: number; end?: number | undefined }): {
  start: number;
  end: number;
} {
  if (end <= start) throw refusal('must come after start');
  if (end - start > MAX_LENGTH)
    throw refusal(`must be at most ${MAX_LENGTH} seconds after start; render the book instead`);
  return { start, end };
}

function refusal(message: string): AppError {
  return new AppError('request.invalid', `end ${message}`, { issues: [{ path: 'end', message }] });
}
