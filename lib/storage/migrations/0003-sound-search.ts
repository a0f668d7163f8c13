import type { Migration } from './migration.ts';

/**
 * Full-text indexes over live sounds, one pair for each kind so that a kind needs no filter.
 *
 * `sound_text_*` finds substrings: trigrams of `search_text`, which is folded before it is stored, hence case-sensitive here.
 * Words that are common but never meet would make one query read both their lists to the end, whatever row numbers or limit it
 * asks for, because FTS5 looks at those only once it has a match. So each sound also carries the number of its *blocks* (4,096
 * and 16,384 consecutive `seq`) as words: asked for together with a block, FTS5 stops where the block's list ends. The words
 * begin with control characters, which folding keeps out of all other text.
 *
 * `sound_starts_*` finds one- and two-letter beginnings of words: each beginning is a token of its own, so that no prefix has
 * to be merged at query time, and nothing but row numbers is kept for it.
 */
const KINDS = ['effects', 'background'];
const CHANGED = ['search_text', 'search_starts', 'deleted_at']
  .map(column => `old.${column} IS NOT new.${column}`)
  .join(' OR ');

/** Three characters, hence one trigram. `lib/sounds/sounds.search.ts` says the same in TypeScript. */
const blockWord = (level: number, bits: number, seq: string) =>
  `char(${level}, 256 + (${seq} >> ${bits}) / 1024, 256 + (${seq} >> ${bits}) % 1024)`;
const blocks = (seq: string) => `${blockWord(1, 12, seq)} || ${blockWord(2, 14, seq)}`;

const forKind = (kind: string) => {
  const enter = `
    INSERT INTO sound_text_${kind} (rowid, text, block) VALUES (new.seq, new.search_text, ${blocks('new.seq')});
    INSERT INTO sound_starts_${kind} (rowid, starts) VALUES (new.seq, new.search_starts);`;
  const leave = `
    DELETE FROM sound_text_${kind} WHERE rowid = old.seq;
    DELETE FROM sound_starts_${kind} WHERE rowid = old.seq;`;
  const liveNew = `new.kind = '${kind}' AND new.deleted_at IS NULL`;
  const liveOld = `old.kind = '${kind}' AND old.deleted_at IS NULL`;
  return `
    CREATE VIRTUAL TABLE sound_text_${kind} USING fts5(
      text, block, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
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
    INSERT INTO sound_text_${kind} (rowid, text, block)
      SELECT seq, search_text, ${blocks('seq')} FROM sounds WHERE kind = '${kind}' AND deleted_at IS NULL;
    INSERT INTO sound_starts_${kind} (rowid, starts)
      SELECT seq, search_starts FROM sounds WHERE kind = '${kind}' AND deleted_at IS NULL;
  `;
};

export const soundSearch: Migration = { version: 3, name: 'sound search', sql: KINDS.map(forKind).join('') };
