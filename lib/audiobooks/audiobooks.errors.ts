import { AppError } from '#lib/base/errors.ts';

export function bookNotFound(id: string): AppError {
  return new AppError(
    'book.not_found',
    `There is no book with the id ${JSON.stringify(id)}. GET /api/audiobooks lists them.`,
    {
      details: { id },
    },
  );
}

export function defaultsChanged(): AppError {
  return new AppError(
    'book.precondition_failed',
    'Somebody changed the defaults of books meanwhile. Read them again and bring your change to what they are now.',
  );
}

export function bookChanged(): AppError {
  return new AppError(
    'book.precondition_failed',
    'Somebody changed the book meanwhile, perhaps you in another tab. Read it again and bring your change to what it is now.',
  );
}
