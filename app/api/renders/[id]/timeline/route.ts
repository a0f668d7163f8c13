import { endpoint, jsonText, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getRenderTimeline, ({ params, services: { renders } }) =>
    Promise.resolve(jsonText(renders.timeline(params.id), {})),
  ),
});
