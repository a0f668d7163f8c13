'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import type { AudiobookList, AudiobookSummary } from '#lib/audiobooks/audiobook.ts';
import type { Render } from '#lib/renders/render.ts';
import { createBook, deleteBook, restoreBook } from '../api/books.ts';
import { useKeys } from '../keys/keys.ts';
import { PageMessage } from '../message/page-message.tsx';
import { PageLink } from '../page-link.tsx';
import { showError, showToast } from '../toasts/toast-store.ts';
import { UNTITLED } from './book-fields.tsx';
import { onBook, tellBook } from './book-events.ts';
import { BookState } from './book-state.tsx';
import { formatAge, isOver } from './studio-words.ts';
import { useNow } from './use-now.ts';
import './books.css';

interface Props {
  list: AudiobookList;
  /** The newest render of each book, by the book's id. */
  renders: Readonly<Record<string, Render>>;
  /** Milliseconds since the epoch. */
  now: number;
  notice: ReactNode;
  /** What holds for all books. */
  settings: ReactNode;
}

/** While something is rendered, milliseconds. */
const LOOK_EVERY = 3000;

/** The books, the one changed last first. */
export function BooksView({ list, renders, now: openedAt, notice, settings }: Props) {
  const router = useRouter();
  const now = useNow(openedAt);
  const [removed, setRemoved] = useState<readonly string[]>([]);
  useEffect(
    () =>
      onBook(({ type, id }) => {
        if (type === 'restored') setRemoved(ids => ids.filter(one => one !== id));
        router.refresh();
      }),
    [router],
  );
  const isMoving = Object.values(renders).some(render => !isOver(render));
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [isMoving, router]);
  const books = list.items.filter(({ id }) => !removed.includes(id));
  const total = list.total - (list.items.length - books.length);

  const make = async () => {
    try {
      const { id } = await createBook({ title: UNTITLED });
      tellBook({ type: 'changed', id });
      router.push(`/studio/${id}#title`);
    } catch (error) {
      showError(error);
    }
  };
  const restore = async ({ id, title }: AudiobookSummary) => {
    try {
      await restoreBook(id);
      tellBook({ type: 'restored', id });
      setRemoved(ids => ids.filter(one => one !== id));
      showToast({ tone: 'done', text: `${title} is back` });
    } catch (error) {
      showError(error);
    }
  };
  const remove = async (book: AudiobookSummary) => {
    try {
      await deleteBook(book.id);
      tellBook({ type: 'removed', id: book.id });
      setRemoved(ids => [...ids, book.id]);
      showToast({
        tone: 'done',
        text: `Deleted ${book.title}, kept 30 days`,
        action: { label: 'Undo', run: () => restore(book) },
      });
    } catch (error) {
      showError(error);
    }
  };
  useKeys({ N: { label: 'New book', group: 'Studio', run: () => void make() } });
  const newBook = <NewBook onMake={make} />;
  return (
    <>
      <div className="page-head books-head">
        <h1>Studio</h1>
        <span className="count">{total.toLocaleString('en')}</span>
        {books.length > 0 && newBook}
      </div>
      {notice}
      {books.length === 0 ? (
        <PageMessage drawing="empty" level={2} title="No books yet" acts={newBook}>
          Write or paste a text, say who speaks it and which sounds play, and render it.
        </PageMessage>
      ) : (
        <ul className="books">
          {books.map(book => (
            <BookRow key={book.id} book={book} render={renders[book.id]} now={now} onRemove={remove} />
          ))}
        </ul>
      )}
      {list.next_cursor !== null && (
        <nav className="pager" aria-label="Pages">
          <PageLink className="button" href={`/studio?cursor=${encodeURIComponent(list.next_cursor)}`}>
            Older books
          </PageLink>
        </nav>
      )}
      {settings}
    </>
  );
}

interface RowProps {
  book: AudiobookSummary;
  render: Render | undefined;
  now: number;
  onRemove: (book: AudiobookSummary) => Promise<void>;
}

function BookRow({ book, render, now, onRemove }: RowProps) {
  const age = formatAge(Date.parse(book.updated_at), now);
  return (
    <li>
      <PageLink href={`/studio/${book.id}`} className="book-name">
        {book.title}
      </PageLink>
      <span className="hint book-author">{book.author}</span>
      <span className="number hint book-size">{book.characters.toLocaleString('en')} characters</span>
      <span className="book-render">
        <BookState render={render} changedAt={book.updated_at} />
      </span>
      <time className="number hint book-age" dateTime={book.updated_at} title={book.updated_at}>
        {age}
      </time>
      <form
        method="post"
        action={`/studio/${book.id}/form/delete`}
        onSubmit={event => {
          event.preventDefault();
          void onRemove(book);
        }}
      >
        <button className="quiet icon-button" aria-label={`Delete ${book.title}`} title="Delete">
          <Trash2 size={14} strokeWidth={1.75} aria-hidden />
        </button>
      </form>
    </li>
  );
}

/** Works without JavaScript, too. */
function NewBook({ onMake }: { onMake: () => Promise<void> }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onMake();
  };
  return (
    <form method="post" action="/studio/form/create" className="new-book" onSubmit={submit}>
      <button className="primary">
        <Plus size={16} strokeWidth={1.75} aria-hidden /> New book <kbd aria-hidden="true">N</kbd>
      </button>
    </form>
  );
}
