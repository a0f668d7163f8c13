import { strongMatch } from '#lib/base/entity-tags.ts';
import { defaultsChanged } from './audiobooks.errors.ts';
import { settledSettings, type BookDefaults, type SettledDefaults } from './book-defaults.ts';
import type { BookDefaultsRepository, StoredDefaults } from './book-defaults.repository.ts';

export interface DefaultsWithTag {
  /** With what is built in where nobody chose anything. */
  defaults: SettledDefaults;
  /** Strong entity tag of this version. */
  etag: string;
}

/** What an administrator says of all books. */
export class BookDefaultsService {
  readonly #repository: BookDefaultsRepository;

  constructor(repository: BookDefaultsRepository) {
    this.#repository = repository;
  }

  get(): DefaultsWithTag {
    return withTag(this.#repository.find());
  }

  /**
   * What is left out takes the built-in.
   *
   * @param ifMatch the `If-Match` header: the change is made only to a version that it names
   * @throws AppError `book.precondition_failed`
   */
  async replace(defaults: BookDefaults, ifMatch: string | null): Promise<DefaultsWithTag> {
    const current = this.#repository.find();
    if (ifMatch !== null && !strongMatch(ifMatch, withTag(current).etag)) throw defaultsChanged();
    return withTag(await this.#repository.replace(defaults, ifMatch === null ? undefined : current.revision));
  }
}

function withTag({ defaults, revision }: StoredDefaults): DefaultsWithTag {
  const { default_voice: _voice, ...settled } = settledSettings(defaults);
  return { defaults: settled, etag: `"defaults-${revision}"` };
}
