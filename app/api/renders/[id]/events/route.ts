import { endpoint, route } from '#lib/http/endpoint.ts';
import { eventStream, lastEventId } from '#lib/http/event-stream.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.followRender, ({ request, params, services: { renderFeed } }) =>
    Promise.resolve(eventStream(request.signal, renderFeed.source(params.id, lastEventId(request)))),
  ),
});
