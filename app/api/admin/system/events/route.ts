import { endpoint, route } from '#lib/http/endpoint.ts';
import { eventStream } from '#lib/http/event-stream.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.followSystem, async ({ request, services: { system } }) =>
    eventStream(request.signal, system.feed.source),
  ),
});
