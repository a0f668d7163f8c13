import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getMemory, ({ query, services: { memory } }) =>
    Promise.resolve(json(memory.report(query.hours, query.points), { headers: { 'cache-control': 'no-store' } })),
  ),
});
