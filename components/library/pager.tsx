import type { SoundKind } from '#lib/sounds/sound.ts';
import { libraryAddress, type LibrarySearch } from '#lib/server/library-search.ts';

interface PagerProps {
  kind: SoundKind;
  search: LibrarySearch;
  hasMore: boolean;
}

/** Next and previous as links, for readers without JavaScript. */
export function Pager({ kind, search, hasMore }: PagerProps) {
  if (search.page === 1 && !hasMore) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {search.page > 1 && (
        <a className="button" rel="prev" href={libraryAddress(kind, { ...search, page: search.page - 1 })}>
          Previous
        </a>
      )}
      <span>Page {search.page}</span>
      {hasMore && (
        <a className="button" rel="next" href={libraryAddress(kind, { ...search, page: search.page + 1 })}>
          Next
        </a>
      )}
    </nav>
  );
}
