import type { Migration } from './migration.ts';

/**
 * Books, the renders of them, which units of a render are finished, and what was measured of speech that was spoken. `cast`, `settings` and
 * everything else that nobody searches for is JSON.
 */
export const audiobooks: Migration = {
  version: 5,
  name: 'audiobooks',
  sql: `
    CREATE TABLE audiobooks (
      id TEXT PRIMARY KEY,
      title TEXT NOT NULL,
      author TEXT,
      script TEXT NOT NULL,
      "cast" TEXT NOT NULL,
      settings TEXT NOT NULL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      deleted_at TEXT,
      revision INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX audiobooks_by_change ON audiobooks (updated_at DESC, id DESC) WHERE deleted_at IS NULL;

    CREATE TABLE renders (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      audiobook_id TEXT NOT NULL,
      -- The book as it was when the render was asked for.
      title TEXT NOT NULL,
      script TEXT NOT NULL,
      "cast" TEXT NOT NULL,
      settings TEXT NOT NULL,
      wish TEXT NOT NULL,
      status TEXT NOT NULL,
      stage TEXT,
      units_total INTEGER NOT NULL,
      length REAL,
      error TEXT,
      failures TEXT NOT NULL,
      warnings TEXT NOT NULL,
      outputs TEXT NOT NULL,
      timeline TEXT,
      -- The living instance that works on it.
      instance_id TEXT,
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      revision INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX renders_by_book ON renders (audiobook_id, seq);
    CREATE INDEX renders_by_status ON renders (status, seq);

    CREATE TABLE render_units (
      render_seq INTEGER NOT NULL REFERENCES renders (seq) ON DELETE CASCADE,
      unit INTEGER NOT NULL,
      source TEXT NOT NULL,
      PRIMARY KEY (render_seq, unit)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE speech_facts (
      key TEXT PRIMARY KEY,
      from_frame INTEGER NOT NULL,
      to_frame INTEGER NOT NULL,
      sample_rate INTEGER NOT NULL,
      words TEXT,
      warnings TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
