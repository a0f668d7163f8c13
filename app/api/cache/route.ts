import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: endpoint(OPERATIONS.clearCache, async ({ query, services }) =>
    json({ dropped: await services.cache.reads.forget(query.tag === undefined ? undefined : [query.tag]) }),
  ),
});
