import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getCacheStatus, async ({ services }) => json(await services.caches.status())),
});
