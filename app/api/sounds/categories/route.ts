import { noneMatch } from '#lib/base/entity-tags.ts';
import { weakTag } from '#lib/http/weak-tag.ts';
import { endpoint, jsonText, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listCategories, async ({ request, query, services }) => {
    const text = JSON.stringify(services.sounds.categories(query.kind));
    const headers = { etag: weakTag(text), 'cache-control': 'private, no-cache' };
    if (!noneMatch(request.headers.get('if-none-match'), headers.etag))
      return new Response(null, { status: 304, headers });
    return jsonText(text, { headers });
  }),
});
