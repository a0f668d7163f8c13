import { MAX_FILTER_CATEGORIES, SOUND_SORTS, type SoundQuery, type SoundSort } from '#lib/sounds/sound.ts';

/** What the filters of a library page hold, as its address carries it. */
export interface LibrarySearch {
  q: string;
  category: readonly string[];
  tag: string;
  min_length: string;
  max_length: string;
  sort: SoundSort;
  page: number;
}

type SearchParams = Record<string, string | string[] | undefined>;

const PAGE_SIZE = 50;

/** Reads an address leniently: a person who edits it gets the list, not an error. */
export function readLibrarySearch(params: SearchParams): LibrarySearch {
  const texts = (name: string, max: number) => {
    const values = [params[name] ?? []].flat().map(value => value.trim().slice(0, max));
    return [...new Set(values.filter(value => value !== ''))];
  };
  const text = (name: string, max: number) => texts(name, max)[0] ?? '';
  const sort = text('sort', 10);
  const page = Number(text('page', 9));
  return {
    q: text('q', 200),
    category: texts('category', 64).slice(0, MAX_FILTER_CATEGORIES),
    tag: text('tag', 200),
    min_length: seconds(text('min_length', 12)),
    max_length: seconds(text('max_length', 12)),
    sort: SOUND_SORTS.find(known => known === sort) ?? 'newest',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

export function librarySoundQuery(search: LibrarySearch): SoundQuery {
  return {
    q: search.q || undefined,
    categories: search.category,
    tags: search.tag
      .split(',')
      .map(tag => tag.trim().toLowerCase())
      .filter(tag => tag !== '')
      .slice(0, 32),
    min_length: search.min_length === '' ? undefined : Number(search.min_length),
    max_length: search.max_length === '' ? undefined : Number(search.max_length),
    sort: search.sort,
    page: search.page,
    limit: PAGE_SIZE,
  };
}

/** The address of a library page; what is at its default is left out. */
export function libraryAddress(kind: string, search: LibrarySearch): string {
  const params = new URLSearchParams();
  for (const name of ['q', 'category', 'tag', 'min_length', 'max_length'] as const) {
    for (const value of [search[name]].flat()) if (value !== '') params.append(name, value);
  }
  if (search.sort !== 'newest') params.set('sort', search.sort);
  if (search.page > 1) params.set('page', String(search.page));
  const query = params.toString();
  return `/sounds/${kind}${query === '' ? '' : `?${query}`}`;
}

function seconds(text: string): string {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value >= 0 ? text : '';
}
