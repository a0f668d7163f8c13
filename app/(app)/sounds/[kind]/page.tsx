import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LibraryView } from '../../../../components/library/library-view.tsx';
import { Pager } from '../../../../components/library/pager.tsx';
import { Notice } from '../../../../components/notice.tsx';
import { UploadForm } from '../../../../components/upload-form.tsx';
import { isAppError } from '#lib/base/errors.ts';
import { libraryAddress, librarySoundQuery, readLibrarySearch } from '#lib/server/library-search.ts';
import { readNotice } from '#lib/server/notice.ts';
import { openPage } from '#lib/server/page.ts';
import { readCategories, readLengths, readSounds } from '#lib/server/reads.ts';
import { soundKind, type SoundKind, type SoundList, type SoundQuery } from '#lib/sounds/sound.ts';

interface Props {
  params: Promise<{ kind: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Of categories and of tags, the most used: a large library has megabytes of them, and what lists them all asks for them itself. */
const FACETS = 300;
const TITLES: Record<SoundKind, string> = { effects: 'Effects', background: 'Background' };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const kind = soundKind.safeParse((await params).kind);
  return kind.success ? { title: TITLES[kind.data] } : {};
}

export default async function LibraryPage({ params, searchParams }: Props) {
  const parsed = soundKind.safeParse((await params).kind);
  if (!parsed.success) notFound();
  const kind = parsed.data;
  const raw = await searchParams;
  const search = readLibrarySearch(raw);
  const services = await openPage('/sounds/{kind}', libraryAddress(kind, search));
  const notice = readNotice(services, typeof raw['notice'] === 'string' ? raw['notice'] : undefined);

  const counts = services.sounds.totals();
  const facets = (await readCategories(kind)).value();
  const { lengths } = (await readLengths(kind)).value();
  const list = await listOrNothing(kind, librarySoundQuery(search));
  if (list === undefined) {
    return <p className="empty">That page is past the first 10,000 matches. Narrow the search, or go back a page.</p>;
  }
  return (
    <LibraryView
      key={kind}
      kind={kind}
      title={TITLES[kind]}
      filters={{ ...search, tag: librarySoundQuery(search).tags }}
      first={list}
      firstIndex={(search.page - 1) * list.limit}
      facets={{ categories: facets.categories.slice(0, FACETS), tags: facets.tags.slice(0, FACETS) }}
      lengths={lengths}
      count={counts[kind]}
      notice={<Notice notice={notice} kind={kind} />}
    >
      <noscript>
        <Pager kind={kind} search={search} hasMore={list.has_more} />
        <UploadForm kind={kind} maxFileSize={services.config.upload.maxFileSize} />
      </noscript>
    </LibraryView>
  );
}

/** Undefined for a page number past what a filtered list can be counted to. */
async function listOrNothing(kind: SoundKind, query: SoundQuery): Promise<SoundList | undefined> {
  try {
    return (await readSounds(kind, query)).value();
  } catch (error) {
    if (isAppError(error) && error.code === 'request.invalid') return undefined;
    throw error;
  }
}
