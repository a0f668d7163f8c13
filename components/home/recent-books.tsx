import type { AudiobookList } from '#lib/audiobooks/audiobook.ts';
import type { Render } from '#lib/renders/render.ts';
import { PageLink } from '../page-link.tsx';
import { BookState } from '../studio/book-state.tsx';
import { formatAge } from '../studio/studio-words.ts';

interface Props {
  list: AudiobookList;
  /** The newest render of each book, by the book's id. */
  renders: ReadonlyMap<string, Render>;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The books that were worked on last, and how far they are. */
export function RecentBooks({ list, renders, now }: Props) {
  if (list.items.length === 0) return null;
  return (
    <>
      <h2>
        Books <span className="count">{list.total.toLocaleString('en')}</span>
        <PageLink href="/studio">All books</PageLink>
      </h2>
      <ul className="recent-books">
        {list.items.map(({ id, title, author, updated_at }) => (
          <li key={id}>
            <PageLink href={`/studio/${id}`}>
              <strong>{title}</strong>
              <span className="hint">{author}</span>
            </PageLink>
            <span className="recent-book-state">
              <BookState render={renders.get(id)} changedAt={updated_at} />
            </span>
            <time className="number hint" dateTime={updated_at}>
              {formatAge(Date.parse(updated_at), now)}
            </time>
          </li>
        ))}
      </ul>
    </>
  );
}
