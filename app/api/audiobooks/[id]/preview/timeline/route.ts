import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { passageWish } from '#lib/http/preview-wish.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getPreviewTimeline, async ({ request, params, query, services: { previews } }) =>
    json(await previews.passageTimeline(params.id, passageWish(query), request.signal)),
  ),
});
