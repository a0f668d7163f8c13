import { noneMatch } from '#lib/base/entity-tags.ts';
import { ASK_AGAIN, NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getAudiobook, ({ request, params, services: { audiobooks } }) => {
    const { audiobook, etag } = audiobooks.get(params.id);
    const headers = { etag, 'cache-control': ASK_AGAIN };
    const isKnown = !noneMatch(request.headers.get('if-none-match'), etag);
    return Promise.resolve(isKnown ? new Response(null, { status: 304, headers }) : json(audiobook, { headers }));
  }),
  PATCH: endpoint(
    OPERATIONS.patchAudiobook,
    async ({ request, params, body, services: { audiobooks } }) => {
      const { audiobook, etag } = await audiobooks.update(params.id, body, request.headers.get('if-match'));
      return json(audiobook, { headers: { etag, 'cache-control': NO_STORE } });
    },
    { invalidBody: 'book.invalid' },
  ),
  DELETE: endpoint(OPERATIONS.deleteAudiobook, async ({ request, params, services: { audiobooks } }) => {
    await audiobooks.remove(params.id, request.headers.get('if-match'));
    return new Response(null, { status: 204 });
  }),
});
