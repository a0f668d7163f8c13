import type { SpeechTrim } from '#lib/audio/speech-trim.ts';
import type { WordMark } from '#lib/engines/speech-engine.ts';
import type { Database } from '#lib/storage/database.ts';

/** What was measured of speech when it was spoken. */
export interface SpeechFacts extends SpeechTrim {
  /** Of the recording that was measured, as `speechHash` tells: of another one under the same key they say nothing. */
  hash: string;
  /** Hertz. */
  sampleRate: number;
  /** As they stand in the text of the unit; undefined where the engine does not tell. */
  words: readonly WordMark[] | undefined;
  warnings: readonly string[];
}

interface Row {
  hash: string;
  from_frame: number;
  to_frame: number;
  sample_rate: number;
  words: string | null;
  warnings: string;
}

/** By the key under which speech is kept: a timeline is made without opening a single recording. */
export class SpeechFactsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(key: string): SpeechFacts | undefined {
    const row = this.#database.reader.get<Row>(
      'select hash, from_frame, to_frame, sample_rate, words, warnings from speech_facts where key = ?',
      key,
    );
    if (row === undefined) return undefined;
    return {
      hash: row.hash,
      from: row.from_frame,
      to: row.to_frame,
      sampleRate: row.sample_rate,
      words: row.words === null ? undefined : (JSON.parse(row.words) as WordMark[]),
      warnings: JSON.parse(row.warnings) as string[],
    };
  }

  async put(key: string, { hash, from, to, sampleRate, words, warnings }: SpeechFacts): Promise<void> {
    const row = {
      key,
      hash,
      from_frame: from,
      to_frame: to,
      sample_rate: sampleRate,
      words: words === undefined ? null : JSON.stringify(words),
      warnings: JSON.stringify(warnings),
    };
    await this.#database.db
      .insertInto('speech_facts')
      .values(row)
      .onConflict(conflict => conflict.column('key').doUpdateSet(row))
      .execute();
  }

  /** Which recordings were measured, by key, from behind `after` on. */
  list(after: string, limit: number): { key: string; hash: string }[] {
    return this.#database.reader.all(
      'select key, hash from speech_facts where key > ? order by key limit ?',
      after,
      limit,
    );
  }

  /** Only where they are still of that recording. @param gone a few hundred at most, which become one statement */
  async remove(gone: readonly { key: string; hash: string }[]): Promise<void> {
    if (gone.length === 0) return;
    await this.#database.db
      .deleteFrom('speech_facts')
      .where(eb => eb.or(gone.map(({ key, hash }) => eb.and({ key, hash }))))
      .execute();
  }
}
