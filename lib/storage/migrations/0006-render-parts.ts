import type { Migration } from './migration.ts';

/**
 * What is large of a render and does not change while it is worked on stands beside its row: each finished unit reads and writes the row. How many
 * units are finished is counted in the row, and who works on it is one taking, not an instance: an instance may take a render twice.
 *
 * A timeline is JSON in pieces, in their order; `timeline_pieces` is null until all of them are there.
 */
export const renderParts: Migration = {
  version: 6,
  name: 'render parts',
  sql: `
    CREATE TABLE render_books (
      render_seq INTEGER PRIMARY KEY REFERENCES renders (seq) ON DELETE CASCADE,
      script TEXT NOT NULL,
      "cast" TEXT NOT NULL,
      settings TEXT NOT NULL
    ) STRICT;
    CREATE TABLE render_timelines (
      render_seq INTEGER NOT NULL REFERENCES renders (seq) ON DELETE CASCADE,
      piece INTEGER NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (render_seq, piece)
    ) STRICT;
    INSERT INTO render_books (render_seq, script, "cast", settings) SELECT seq, script, "cast", settings FROM renders;
    INSERT INTO render_timelines (render_seq, piece, text) SELECT seq, 0, timeline FROM renders WHERE timeline IS NOT NULL;

    ALTER TABLE renders ADD COLUMN timeline_pieces INTEGER;
    ALTER TABLE renders ADD COLUMN units_reused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE renders ADD COLUMN units_synthesised INTEGER NOT NULL DEFAULT 0;
    -- New each time that somebody takes it, and null while nobody works on it.
    ALTER TABLE renders ADD COLUMN claim TEXT;
    UPDATE renders SET
      timeline_pieces = iif(timeline IS NULL, NULL, 1),
      units_reused = (SELECT count(*) FROM render_units WHERE render_seq = seq AND source = 'reused'),
      units_synthesised = (SELECT count(*) FROM render_units WHERE render_seq = seq AND source = 'synthesised');
    ALTER TABLE renders DROP COLUMN timeline;
    ALTER TABLE renders DROP COLUMN script;
    ALTER TABLE renders DROP COLUMN "cast";
    ALTER TABLE renders DROP COLUMN settings;
  `,
};
