import type { Migration } from './migration.ts';

/**
 * Full-text indexes over live sounds, one pair for each kind so that a kind needs no filter.
 *
 * `sound_text_*` finds substrings: trigrams of `search_text`, which is folded before it is stored, hence case-sensitive here.
 * `sound_starts_*` finds one- and two-letter beginnings of words: each beginning is a token of its own, so that no prefix has
 * to be merged at query time, and nothing but row numbers is kept for it.
 */
const KINDS = ['effects', 'background'];
const CHANGED = ['search_text', 'search_starts', 'deleted_at']
  .map(column => `old.${column} IS NOT new.${column}`)
  .join(' OR ');

const forKind = (kind: string) => {
  const enter = `
    INSERT INTO sound_text_${kind} (rowid, text) VALUES (new.seq, new.search_text);
    INSERT INTO sound_starts_${kind} (rowid, starts) VALUES (new.seq, new.search_starts);`;
  const leave = `
    DELETE FROM sound_text_${kind} WHERE rowid = old.seq;
    DELETE FROM sound_starts_${kind} WHERE rowid = old.seq;`;
  const liveNew = `new.kind = '${kind}' AND new.deleted_at IS NULL`;
  const liveOld = `old.kind = '${kind}' AND old.deleted_at IS NULL`;
  return `
    CREATE VIRTUAL TABLE sound_text_${kind} USING fts5(
      text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
    );
    CREATE VIRTUAL TABLE sound_starts_${kind} USING fts5(
      starts, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    );
    CREATE TRIGGER sounds_search_enter_${kind} AFTER INSERT ON sounds WHEN ${liveNew} BEGIN ${enter} END;
    CREATE TRIGGER sounds_search_leave_${kind} AFTER DELETE ON sounds WHEN ${liveOld} BEGIN ${leave} END;
    CREATE TRIGGER sounds_search_change_leave_${kind} BEFORE UPDATE ON sounds
      WHEN ${liveOld} AND (${CHANGED}) BEGIN ${leave} END;
    CREATE TRIGGER sounds_search_change_enter_${kind} AFTER UPDATE ON sounds
      WHEN ${liveNew} AND (${CHANGED}) BEGIN ${enter} END;
    INSERT INTO sound_text_${kind} (rowid, text)
      SELECT seq, search_text FROM sounds WHERE kind = '${kind}' AND deleted_at IS NULL;
    INSERT INTO sound_starts_${kind} (rowid, starts)
      SELECT seq, search_starts FROM sounds WHERE kind = '${kind}' AND deleted_at IS NULL;
  `;
};

export const soundSearch: Migration = { version: 3, name: 'sound search', sql: KINDS.map(forKind).join('') };
