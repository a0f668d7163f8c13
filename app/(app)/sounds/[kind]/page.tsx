import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LibraryFilters, Pager } from '../../../components/library-filters.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Shell } from '../../../components/shell.tsx';
import { SoundTable } from '../../../components/sound-table.tsx';
import { UploadForm } from '../../../components/upload-form.tsx';
import { isAppError } from '#lib/base/errors.ts';
import { libraryAddress, librarySoundQuery, readLibrarySearch } from '#lib/server/library-search.ts';
import { readNotice } from '#lib/server/notice.ts';
import { openPage } from '#lib/server/page.ts';
import { soundKind, type SoundKind, type SoundList } from '#lib/sounds/sound.ts';

interface Props {
  params: Promise<{ kind: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

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
  const facets = services.sounds.categories(kind);
  const list = listOrNothing(() => services.sounds.list(kind, librarySoundQuery(search)));
  const filtered = [search.q, search.category, search.tag, search.min_length, search.max_length].some(
    value => value !== '',
  );
  return (
    <Shell current={`/sounds/${kind}`} counts={counts} loggedIn={services.auth.access === 'login'}>
      <div className="page-head">
        <h1>{TITLES[kind]}</h1>
        <p className="count" role="status">
          {list === undefined
            ? ''
            : filtered
              ? `${list.total.toLocaleString('en')}${list.total_exact ? '' : ' or more'} of ${counts[kind].toLocaleString('en')}`
              : counts[kind].toLocaleString('en')}
        </p>
        <a className="button primary" href="#upload">
          Upload
        </a>
      </div>
      <Notice notice={notice} kind={kind} />
      <LibraryFilters kind={kind} search={search} facets={facets} />
      {list === undefined ? (
        <p className="empty">That page is past the first 10,000 matches. Narrow the search, or go back a page.</p>
      ) : list.items.length > 0 ? (
        <SoundTable kind={kind} sounds={list.items} />
      ) : (
        <p className="empty">
          {filtered
            ? 'Nothing matches. '
            : search.page > 1
              ? 'There is no such page. '
              : 'No sounds yet. Upload the first one below. '}
          {(filtered || search.page > 1) && <a href={`/sounds/${kind}`}>Show all</a>}
        </p>
      )}
      <Pager kind={kind} search={search} hasMore={list?.has_more ?? false} />
      <UploadForm kind={kind} maxFileSize={services.config.upload.maxFileSize} />
    </Shell>
  );
}

/** Undefined for a page number past what a filtered list can be counted to. */
function listOrNothing(read: () => SoundList): SoundList | undefined {
  try {
    return read();
  } catch (error) {
    if (isAppError(error) && error.code === 'request.invalid') return undefined;
    throw error;
  }
}
