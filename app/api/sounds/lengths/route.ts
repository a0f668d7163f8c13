import { cachedJson } from '#lib/http/cached-json.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readLengths } from '#lib/server/reads.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listLengths, async ({ request, query }) =>
    cachedJson(request, await readLengths(query.kind)),
  ),
});
