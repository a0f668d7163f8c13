import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(OPERATIONS.pauseRender, async ({ params, services: { renders } }) =>
    json(await renders.pause(params.id)),
  ),
});
