import type { CategoryCounts, SoundKind } from '#lib/sounds/sound.ts';
import { libraryAddress, type LibrarySearch } from '#lib/server/library-search.ts';

interface FiltersProps {
  kind: SoundKind;
  search: LibrarySearch;
  facets: CategoryCounts;
}

const SORTS = [
  ['newest', 'Newest'],
  ['oldest', 'Oldest'],
  ['name', 'Name'],
  ['length', 'Length'],
] as const;

/** Search and filters as a plain form, so that the address holds them. */
export function LibraryFilters({ kind, search, facets }: FiltersProps) {
  return (
    <form className="filters" method="get" action={`/sounds/${kind}`} role="search" key={libraryAddress(kind, search)}>
      <label className="wide">
        Search
        <input type="search" name="q" defaultValue={search.q} maxLength={200} placeholder="Name, id, tag, category" />
      </label>
      <label>
        Category
        <select name="category" defaultValue={search.category}>
          <option value="">All</option>
          {facets.categories.map(category => (
            <option key={category.name} value={category.name}>
              {category.name} ({category.count})
            </option>
          ))}
        </select>
      </label>
      <label>
        Tags
        <input name="tag" defaultValue={search.tag} list="tags" placeholder="rain, storm" />
        <datalist id="tags">
          {facets.tags.slice(0, 200).map(tag => (
            <option key={tag.name} value={tag.name} />
          ))}
        </datalist>
      </label>
      <label className="short">
        From, s
        <input name="min_length" defaultValue={search.min_length} inputMode="decimal" />
      </label>
      <label className="short">
        To, s
        <input name="max_length" defaultValue={search.max_length} inputMode="decimal" />
      </label>
      <label>
        Sort
        <select name="sort" defaultValue={search.sort}>
          {SORTS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button>Show</button>
    </form>
  );
}

interface PagerProps {
  kind: SoundKind;
  search: LibrarySearch;
  hasMore: boolean;
}

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
