import { AppError } from '#lib/base/errors.ts';
import { formatBytes } from '#lib/base/units.ts';
import type { Diagnostic } from '#lib/script/script.ts';

export function renderNotFound(id: string): AppError {
  return new AppError(
    'render.not_found',
    `There is no render with the id ${JSON.stringify(id)}. GET /api/renders lists them.`,
    {
      details: { id },
    },
  );
}

/** @param wanted what cannot be done to it: `paused`, `resumed` */
export function wrongState(status: string, wanted: string): AppError {
  return new AppError('render.wrong_state', `A render that is ${status} cannot be ${wanted}.`, {
    details: { state: status },
  });
}

export function noAudioYet(status: string): AppError {
  return new AppError(
    'render.not_completed',
    `The render is ${status}: there is no such file of it. Wait until it is completed.`,
    {
      details: { state: status },
    },
  );
}

/** The first errors of a script, each at its place. */
export function scriptHasErrors(diagnostics: readonly Diagnostic[]): AppError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0]!;
  const more = errors.length === 1 ? '' : ` There are ${errors.length - 1} more.`;
  return new AppError('script.has_errors', `Line ${first.start.line}: ${first.message}${more}`, {
    issues: errors
      .slice(0, 100)
      .map(({ start, message }) => ({ path: `script:${start.line}:${start.column}`, message })),
    details: { error_count: errors.length, line: first.start.line, column: first.start.column },
  });
}

export function noSuchChapter(chapter: number, count: number): AppError {
  const there = count === 0 ? 'the book has none' : `the book has ${count}`;
  return new AppError('render.invalid', `There is no chapter ${chapter}; ${there}.`, {
    issues: [{ path: 'chapters', message: `must be between 1 and ${count}` }],
  });
}

export function outsideBook(start: number, length: number): AppError {
  return new AppError(
    'render.invalid',
    `The range begins at ${start} s, and the book ends at ${length.toFixed(2)} s.`,
    {
      issues: [{ path: 'range.start', message: `must be less than ${length.toFixed(2)}` }],
    },
  );
}

/** A file of no frames is none. @param chapter from 1; null where it is not one chapter */
export function noSound(chapter: number | null): AppError {
  if (chapter === null)
    return new AppError('render.invalid', 'There is no sound in that; a file would have no length.');
  return new AppError('render.invalid', `Chapter ${chapter} has no sound; leave it out.`, {
    issues: [{ path: 'chapters', message: `chapter ${chapter} has no sound` }],
  });
}

/** Bytes. */
export function notEnoughRoom(needed: number, free: number): AppError {
  return new AppError(
    'storage.full',
    `This render needs about ${formatBytes(needed)}, and ${formatBytes(free)} are free on the disk of the data folder. Free some space, then try again.`,
  );
}
