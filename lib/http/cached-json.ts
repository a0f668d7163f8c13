import { noneMatch } from '#lib/base/entity-tags.ts';
import { ASK_AGAIN } from './cache-control.ts';
import { jsonText } from './endpoint.ts';

/** JSON that a client may have already: 304 where it does. @param etag of the text */
export function cachedJson(request: Request, { text, etag }: { text: string; etag: string }): Response {
  const headers = { etag, 'cache-control': ASK_AGAIN };
  if (!noneMatch(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  return jsonText(text, { headers });
}
