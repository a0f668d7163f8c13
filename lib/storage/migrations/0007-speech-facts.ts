import type { Migration } from './migration.ts';

/**
 * What was measured of speech says of which recording: under the same key there is another one where it was spoken again. What was measured
 * before does not say so, and is measured again when it is needed.
 */
export const speechFacts: Migration = {
  version: 7,
  name: 'speech facts of a recording',
  sql: `
    DROP TABLE speech_facts;
    CREATE TABLE speech_facts (
      key TEXT PRIMARY KEY,
      hash TEXT NOT NULL,
      from_frame INTEGER NOT NULL,
      to_frame INTEGER NOT NULL,
      sample_rate INTEGER NOT NULL,
      words TEXT,
      warnings TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
