import type { SpeechTrim } from '#lib/audio/speech-trim.ts';
import type { WordMark } from '#lib/engines/speech-engine.ts';
import type { Database } from '#lib/storage/database.ts';

/** What was measured of speech when it was spoken. */
export interface SpeechFacts extends SpeechTrim {
  /** Hertz. */
  sampleRate: number;
  /** As they stand in the text of the unit; undefined where the engine does not tell. */
  words: readonly WordMark[] | undefined;
  warnings: readonly string[];
}

interface Row {
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
      'select from_frame, to_frame, sample_rate, words, warnings from speech_facts where key = ?',
      key,
    );
    if (row === undefined) return undefined;
    return {
      from: row.from_frame,
      to: row.to_frame,
      sampleRate: row.sample_rate,
      words: row.words === null ? undefined : (JSON.parse(row.words) as WordMark[]),
      warnings: JSON.parse(row.warnings) as string[],
    };
  }

  async put(key: string, { from, to, sampleRate, words, warnings }: SpeechFacts): Promise<void> {
    const row = {
      key,
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
}
