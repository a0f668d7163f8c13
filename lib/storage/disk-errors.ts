import { AppError } from '#lib/base/errors.ts';

/** The error of a disk that took fewer bytes than it was given, or that said it is full. */
export function diskFull(cause?: unknown): AppError {
  return new AppError(
    'storage.full',
    'The disk of the server is full. Nothing was kept; free some room and send it again.',
    { cause },
  );
}

/** Rethrows what the file system says in our words where we have some. */
export function translateDiskError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(error) : error;
}
