import { cachedJson } from '#lib/http/cached-json.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readCategories } from '#lib/server/reads.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listCategories, async ({ request, query }) =>
    cachedJson(request, await readCategories(query.kind)),
  ),
});
