import type { Migration } from './migration.ts';

/** Blobs that are on their way into the library or out of it; see `pending-blobs.repository.ts`. */
export const pendingBlobs: Migration = {
  version: 1,
  name: 'pending blobs',
  sql: `
    CREATE TABLE pending_blobs (
      key TEXT PRIMARY KEY,
      instance_id TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
