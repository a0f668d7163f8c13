import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getBookTimeline, async ({ request, params, services: { previews, memory } }) => {
    memory.monitor.admit();
    return json(await previews.timeline(params.id, request.signal));
  }),
});
