import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(OPERATIONS.optimizeMemory, async ({ services: { memory } }) =>
    json(await memory.optimiser.run(), { headers: { 'cache-control': 'no-store' } }),
  ),
});
