import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { SESSION_COOKIE } from '#lib/auth/auth.service.ts';
import { PAGE_RIGHTS } from '#lib/http/operations.ts';
import { TARGET_HEADER } from './guard.ts';
import { services, type Services } from './services.ts';

/**
 * What every page calls first: it lets the visitor in or leads to the login, and makes the page dynamic.
 *
 * @param page the page's template as in `PAGE_RIGHTS`
 * @param address where to come back to after the login; where not given, what was asked for
 */
export async function openPage(page: string, address?: string): Promise<Services> {
  const all = await services();
  const right = PAGE_RIGHTS[page];
  if (right === undefined) throw new Error(`${page} is missing in PAGE_RIGHTS`);
  const asked = await headers();
  const credentials = {
    authorization: asked.get('authorization'),
    session: (await cookies()).get(SESSION_COOKIE)?.value,
  };
  if (!all.auth.allows(right, credentials)) {
    redirect(`/login?next=${encodeURIComponent(address ?? addressOf(asked))}`);
  }
  return all;
}

/** Without the parameter that Next adds when it fetches a page for one that is open. */
function addressOf(asked: { get(name: string): string | null }): string {
  const url = URL.parse(asked.get(TARGET_HEADER) ?? '/', 'http://localhost');
  url?.searchParams.delete('_rsc');
  return localAddress(url === null ? '/' : `${url.pathname}${url.search}`);
}

/**
 * A local address to go on to; anything else, one that is given twice too, becomes the start page, so that no link can lead away
 * through us.
 */
export function localAddress(next: string | readonly string[] | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/';
  const url = URL.parse(next, 'http://localhost');
  // Parsing takes `/.//elsewhere` to `//elsewhere`, which is another host.
  if (url?.origin !== 'http://localhost' || url.pathname.startsWith('//')) return '/';
  return `${url.pathname}${url.search}`;
}
