import { streamOf } from '#lib/http/byte-stream.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getRenderTimeline, ({ params, services: { renders } }) =>
    Promise.resolve(
      new Response(streamOf(renders.timeline(params.id)), { headers: { 'content-type': 'application/json' } }),
    ),
  ),
});
