import type { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import type { Logger } from '#lib/logging/logger.ts';
import { takeOnce } from '#lib/storage/once.ts';
import { SAMPLE_BOOK, SAMPLE_BOOK_ID, SAMPLE_SOUNDS } from './sample-book.ts';
import type { StarterRepository } from './starter.repository.ts';

export interface SampleBookServiceOptions {
  /** The data folder. */
  folder: string;
  library: Pick<StarterRepository, 'isUntouched' | 'countOf'>;
  books: Pick<AudiobooksRepository, 'insertOnce'>;
  /** Whether there is such a voice. */
  hasVoice: (id: string) => Promise<boolean>;
  logger: Pick<Logger, 'info' | 'error'>;
}

/** Begins the names of the files in the data folder that tell whether it has happened. */
const DEED = 'sample-book';

/** Makes the sample book, once to a data folder: who deletes it is not given it again. */
export class SampleBookService {
  readonly #options: SampleBookServiceOptions;

  constructor(options: SampleBookServiceOptions) {
    this.#options = options;
  }

  /**
   * At a start, before the starter pack: makes the book where its sounds are there or about to come, and its voices are configured.
   * Where they are not, the next start looks again. Failures are logged.
   */
  async makeOnFirstStart(): Promise<void> {
    try {
      const deed = await takeOnce(this.#options.folder, DEED);
      if (typeof deed === 'string') return;
      try {
        if (!(await this.#isPlayable())) return;
        // One insert, which does nothing the second time: a server that is killed behind it leaves nothing to mend.
        await this.#options.books.insertOnce(SAMPLE_BOOK_ID, SAMPLE_BOOK);
        await deed.mark('over');
        this.#options.logger.info({ title: SAMPLE_BOOK.title }, 'the sample book is made');
      } finally {
        deed.release();
      }
    } catch (error) {
      this.#options.logger.error({ err: error }, 'the sample book could not be made; the next start tries again');
    }
  }

  async #isPlayable(): Promise<boolean> {
    const { library, hasVoice } = this.#options;
    const rooms = ['effects', 'background'] as const;
    const isStocked = rooms.every(room => library.countOf(room, SAMPLE_SOUNDS[room]) === SAMPLE_SOUNDS[room].length);
    // An untouched library is filled next.
    if (!isStocked && !library.isUntouched()) return false;
    const voices = await Promise.all(Object.values(SAMPLE_BOOK.cast).map(id => hasVoice(id)));
    return voices.every(Boolean);
  }
}
