import 'server-only';
import { isAppError } from '#lib/base/errors.ts';
import type { Right } from '#lib/auth/rights.ts';
import { readSmallBody } from '#lib/http/body.ts';
import { NO_STORE } from '#lib/http/cache-control.ts';
import { credentialsOf, guarded, type RouteHandler } from '#lib/http/endpoint.ts';
import { PAGE_RIGHTS } from '#lib/http/operations.ts';
import { noticeParameter, type Notice } from './notice.ts';
import { services, type Services } from './services.ts';

interface FormCall {
  request: Request;
  params: Record<string, string>;
  services: Services;
}

interface FormAnswer {
  /** Local address to go on to. */
  to: string;
  notice?: Notice;
  headers?: Record<string, string>;
}

/**
 * The route behind a plain HTML form: it works without JavaScript, and answers with a redirect to a page that says what
 * happened. The API beside it does the same for programs, through the same services.
 *
 * @param page the form's template as in `PAGE_RIGHTS`
 * @param back where a refused form leads to, with the reason
 */
export function form(
  page: string,
  back: (params: Record<string, string>) => string,
  handler: (call: FormCall) => Promise<FormAnswer>,
): RouteHandler {
  return guarded(page, async (request, context) => {
    const all = await services();
    const params = (await context.params) as Record<string, string>;
    const right = PAGE_RIGHTS[page] as Right;
    if (!all.auth.allows(right, credentialsOf(request)))
      return seeOther(`/login?next=${encodeURIComponent(back(params))}`);
    try {
      const { to, notice, headers } = await handler({ request, params, services: all });
      return seeOther(notice === undefined ? to : withNotice(all, to, notice), headers);
    } catch (error) {
      if (!isAppError(error)) throw error;
      return seeOther(withNotice(all, back(params), { tone: 'error', text: error.message }));
    }
  });
}

/** The fields of an urlencoded form. */
export async function readForm(request: Request): Promise<Map<string, string[]>> {
  const search = new URLSearchParams(await readSmallBody(request));
  return new Map([...new Set(search.keys())].map(name => [name, search.getAll(name)]));
}

function withNotice(all: Services, to: string, notice: Notice): string {
  return `${to}${to.includes('?') ? '&' : '?'}notice=${noticeParameter(all, notice)}`;
}

function seeOther(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': NO_STORE, ...headers } });
}
