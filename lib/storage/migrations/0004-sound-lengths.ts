import type { Migration } from './migration.ts';

/**
 * How many live sounds of each kind are how long: a histogram for the length filter, because counting a million lengths takes
 * longer than a page may. It is kept by triggers, as `labels.count` is.
 *
 * A bucket reaches from `from_seconds` to the next one's, exclusive. Steps are round numbers, each about 1.5 times the one
 * before, from a tenth of a second to hours.
 */
const STEPS = [
  0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 420, 600, 900, 1200, 1800,
  2700, 3600, 5400, 7200, 10_800, 14_400,
];

const add = (row: 'old' | 'new', by: string) => `
  UPDATE sound_lengths SET count = count ${by} WHERE label_id = ${row}.label_id AND from_seconds =
    (SELECT max(from_seconds) FROM sound_lengths WHERE label_id = ${row}.label_id AND from_seconds <= ${row}.length);`;

/** Counts all buckets anew; needs the index of lengths. */
export const countLengths = `
  UPDATE sound_lengths AS bucket SET count = (
    SELECT count(*) FROM sound_labels INDEXED BY sound_labels_by_length
    WHERE label_id = bucket.label_id AND length >= bucket.from_seconds AND length < ifnull(
      (SELECT min(from_seconds) FROM sound_lengths AS next
        WHERE next.label_id = bucket.label_id AND next.from_seconds > bucket.from_seconds),
      9e999));`;

export const soundLengths: Migration = {
  version: 4,
  name: 'sound lengths',
  sql: `
    CREATE TABLE sound_lengths (
      label_id INTEGER NOT NULL,
      from_seconds REAL NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (label_id, from_seconds)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO sound_lengths (label_id, from_seconds, count)
      SELECT labels.id, step.value, 0 FROM labels CROSS JOIN json_each('${JSON.stringify(STEPS)}') AS step WHERE labels.type = 'kind';
    ${countLengths}
    -- Only kinds have buckets: for other labels nothing is found.
    CREATE TRIGGER sound_lengths_added AFTER INSERT ON sound_labels BEGIN ${add('new', '+ 1')} END;
    CREATE TRIGGER sound_lengths_removed AFTER DELETE ON sound_labels BEGIN ${add('old', '- 1')} END;
  `,
};
