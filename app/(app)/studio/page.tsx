import type { Metadata } from 'next';
import { Notice } from '../../../components/notice.tsx';
import { DefaultsPanel } from '../../../components/studio/defaults-panel.tsx';
import { BooksView } from '../../../components/studio/books-view.tsx';
import { BUILT_IN_SETTINGS } from '#lib/audiobooks/book-defaults.ts';
import { isAppError } from '#lib/base/errors.ts';
import { readNotice } from '#lib/server/notice.ts';
import { openPage } from '#lib/server/page.ts';
import type { Services } from '#lib/server/services.ts';

export const metadata: Metadata = { title: 'Studio' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const BOOKS = 50;
const { default_voice: _voice, ...builtIn } = BUILT_IN_SETTINGS;

/** The books. */
export default async function StudioPage({ searchParams }: Props) {
  const asked = await searchParams;
  const services = await openPage('/studio');
  const list = listFrom(services, asked['cursor']);
  const newest = list.items.flatMap(({ id }) => services.renders.list({ audiobook_id: id, limit: 1 }).items);
  return (
    <BooksView
      // Rows of the database have no prototype, and what is given to a browser needs one.
      list={{ ...list, items: list.items.map(item => ({ ...item })) }}
      renders={Object.fromEntries(newest.map(render => [render.audiobook_id, render]))}
      now={services.clock.now().getTime()}
      settings={<DefaultsPanel {...services.bookDefaults.get()} builtIn={builtIn} />}
      notice={<Notice notice={readNotice(services, asked['notice'])} restore={id => `/studio/${id}/form/restore`} />}
    />
  );
}

/** A cursor that is none begins at the start. */
function listFrom({ audiobooks }: Services, cursor: string | string[] | undefined) {
  try {
    return audiobooks.list({ limit: BOOKS, cursor: typeof cursor === 'string' ? cursor : undefined });
  } catch (error) {
    if (isAppError(error) && error.code === 'request.invalid') return audiobooks.list({ limit: BOOKS });
    throw error;
  }
}
