import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(
    OPERATIONS.createRender,
    async ({ request, params, body, services: { renders, memory } }) => {
      memory.monitor.admit();
      const render = await renders.create(params.id, body, request.signal);
      return json(render, { status: 202, headers: { location: `/api/renders/${render.id}` } });
    },
    { invalidBody: 'render.invalid' },
  ),
});
