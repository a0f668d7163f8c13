import type { Migration } from './migration.ts';

/**
 * Sounds, and what makes lists of a million of them quick.
 *
 * A *label* is something that sounds are listed by: the kind, a category or a tag. `sound_labels` holds one row for each
 * label of each **live** sound with the keys of every sort, so that one label's sounds are read in any order from one
 * covering index and two labels are intersected by primary key. `labels.count` and `sound_totals` are kept by triggers,
 * because `count(*)` over a million rows takes 25 ms.
 *
 * `search_text` and `search_starts` are made by `lib/sounds/sounds.search.ts`; they stand early in the row because a
 * residual search filter reads them without the rest.
 */
const LIVE = 'deleted_at IS NULL';
const CHANGED = ['search_text', 'name_key', 'length', 'size', 'tags', 'category', 'deleted_at']
  .map(column => `old.${column} IS NOT new.${column}`)
  .join(' OR ');

const labelsOf = (row: 'old' | 'new') => `
  SELECT id FROM labels WHERE kind = ${row}.kind AND type = 'kind' AND name = ${row}.kind
  UNION ALL
  SELECT id FROM labels WHERE kind = ${row}.kind AND type = 'category' AND name = ${row}.category
  UNION ALL
  SELECT labels.id FROM json_each(${row}.tags) AS used
    CROSS JOIN labels ON labels.kind = ${row}.kind AND labels.type = 'tag' AND labels.name = used.value`;

const enter = `
  INSERT INTO labels (kind, type, name, count)
    SELECT new.kind, 'category', new.category, 0 WHERE new.category IS NOT NULL
    UNION ALL
    SELECT new.kind, 'tag', value, 0 FROM json_each(new.tags) WHERE true
    ON CONFLICT (kind, type, name) DO NOTHING;
  INSERT INTO sound_labels (label_id, seq, name_key, length)
    SELECT id, new.seq, new.name_key, new.length FROM (${labelsOf('new')});
  UPDATE sound_totals SET count = count + 1, bytes = bytes + new.size WHERE kind = new.kind;`;

const leave = `
  DELETE FROM sound_labels WHERE seq = old.seq AND label_id IN (${labelsOf('old')});
  UPDATE sound_totals SET count = count - 1, bytes = bytes - old.size WHERE kind = old.kind;`;

export const sounds: Migration = {
  version: 2,
  name: 'sounds',
  sql: `
    CREATE TABLE sounds (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('effects', 'background')),
      search_text TEXT NOT NULL,
      search_starts TEXT NOT NULL,
      name_key TEXT NOT NULL,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      category TEXT,
      type TEXT,
      tags TEXT NOT NULL CHECK (json_valid(tags)),
      license TEXT,
      attribution TEXT,
      volume REAL,
      fade_in REAL,
      fade_out REAL,
      duration REAL,
      pause_speech INTEGER,
      loop INTEGER,
      duck_speech INTEGER,
      duck_level REAL,
      crossfade REAL,
      start_at REAL,
      end_at REAL,
      content_type TEXT NOT NULL,
      codec TEXT NOT NULL,
      size INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      length REAL NOT NULL,
      sample_rate INTEGER NOT NULL,
      channels INTEGER NOT NULL,
      bit_depth INTEGER,
      peak_dbfs REAL,
      loudness_lufs REAL,
      original_filename TEXT NOT NULL,
      uploaded_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      deleted_at TEXT,
      revision INTEGER NOT NULL,
      blob_key TEXT NOT NULL,
      cover_key TEXT
    ) STRICT;
    CREATE UNIQUE INDEX sounds_live_id ON sounds (kind, id) WHERE ${LIVE};
    CREATE INDEX sounds_live_sha256 ON sounds (kind, sha256) WHERE ${LIVE};
    CREATE INDEX sounds_deleted_id ON sounds (kind, id, deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX sounds_deleted_at ON sounds (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE UNIQUE INDEX sounds_blob_key ON sounds (blob_key);
    CREATE UNIQUE INDEX sounds_cover_key ON sounds (cover_key) WHERE cover_key IS NOT NULL;

    CREATE TABLE sound_waveforms (
      seq INTEGER PRIMARY KEY REFERENCES sounds (seq) ON DELETE CASCADE,
      samples_per_pixel INTEGER NOT NULL,
      peaks BLOB NOT NULL,
      picture BLOB NOT NULL
    ) STRICT;

    CREATE TABLE labels (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      type TEXT NOT NULL CHECK (type IN ('kind', 'category', 'tag')),
      name TEXT NOT NULL,
      count INTEGER NOT NULL,
      UNIQUE (kind, type, name)
    ) STRICT;
    INSERT INTO labels (id, kind, type, name, count)
      VALUES (1, 'effects', 'kind', 'effects', 0), (2, 'background', 'kind', 'background', 0);

    CREATE TABLE sound_labels (
      label_id INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      name_key TEXT NOT NULL,
      length REAL NOT NULL,
      PRIMARY KEY (label_id, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sound_labels_by_name ON sound_labels (label_id, name_key, seq, length);
    CREATE INDEX sound_labels_by_length ON sound_labels (label_id, length, seq);
    CREATE TRIGGER sound_labels_added AFTER INSERT ON sound_labels BEGIN
      UPDATE labels SET count = count + 1 WHERE id = new.label_id;
    END;
    CREATE TRIGGER sound_labels_removed AFTER DELETE ON sound_labels BEGIN
      UPDATE labels SET count = count - 1 WHERE id = old.label_id;
      DELETE FROM labels WHERE id = old.label_id AND count = 0 AND type <> 'kind';
    END;

    CREATE TABLE sound_totals (kind TEXT PRIMARY KEY, count INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO sound_totals (kind, count, bytes) VALUES ('effects', 0, 0), ('background', 0, 0);

    CREATE TRIGGER sounds_enter AFTER INSERT ON sounds WHEN new.${LIVE} BEGIN ${enter} END;
    CREATE TRIGGER sounds_leave AFTER DELETE ON sounds WHEN old.${LIVE} BEGIN ${leave} END;
    CREATE TRIGGER sounds_change_leave BEFORE UPDATE ON sounds WHEN old.${LIVE} AND (${CHANGED}) BEGIN ${leave} END;
    CREATE TRIGGER sounds_change_enter AFTER UPDATE ON sounds WHEN new.${LIVE} AND (${CHANGED}) BEGIN ${enter} END;
  `,
};
