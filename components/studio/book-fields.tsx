'use client';

import { useEffect, useId, useRef } from 'react';

/** What a new book is called until somebody names it. */
export const UNTITLED = 'Untitled';

/** The title, written where it is read. A new book's is chosen at once, so that it can be typed over. */
export function TitleField({ title, onChange }: { title: string; onChange: (title: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (window.location.hash !== '#title') return;
    window.history.replaceState(window.history.state, '', window.location.pathname);
    field.current?.select();
  }, []);
  return (
    <input
      ref={field}
      className="title-field"
      aria-label="Title"
      maxLength={200}
      value={title}
      autoComplete="off"
      onChange={event => onChange(event.target.value)}
    />
  );
}

export function AuthorField({
  author,
  onChange,
}: {
  author: string | null;
  onChange: (author: string | null) => void;
}) {
  const id = useId();
  return (
    <div className="setting author-field">
      <label htmlFor={id}>Author</label>
      <input
        id={id}
        maxLength={200}
        value={author ?? ''}
        autoComplete="off"
        onChange={event => onChange(event.target.value === '' ? null : event.target.value)}
      />
    </div>
  );
}
