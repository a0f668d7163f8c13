import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BookView } from '../../../../components/studio/book-view.tsx';
import { audiobookId } from '#lib/audiobooks/audiobook.ts';
import { isAppError } from '#lib/base/errors.ts';
import { openPage } from '#lib/server/page.ts';

interface Props {
  params: Promise<{ id: string }>;
}

const RENDERS = 50;

const load = cache(async (rawId: string) => {
  const id = audiobookId.safeParse(rawId);
  if (!id.success) notFound();
  const services = await openPage('/studio/{id}', `/studio/${id.data}`);
  try {
    return { services, ...services.audiobooks.get(id.data) };
  } catch (error) {
    if (isAppError(error) && error.code === 'book.not_found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await load((await params).id)).audiobook.title };
}

/** One book. */
export default async function BookPage({ params }: Props) {
  const { services, audiobook, etag } = await load((await params).id);
  const { items } = services.renders.list({ audiobook_id: audiobook.id, limit: RENDERS });
  return (
    <BookView
      key={audiobook.id}
      book={audiobook}
      etag={etag}
      renders={items}
      defaults={services.bookDefaults.get().defaults}
      now={services.clock.now().getTime()}
    />
  );
}
