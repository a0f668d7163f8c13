import type { Migration } from './migration.ts';

export const bookDefaults: Migration = {
  version: 8,
  name: 'book-defaults',
  sql: `
    -- What an administrator says of all books: one row at most.
    CREATE TABLE book_defaults (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      defaults TEXT NOT NULL,
      revision INTEGER NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
  `,
};
