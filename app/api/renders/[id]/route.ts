import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getRender, ({ params, services: { renders } }) =>
    Promise.resolve(json(renders.get(params.id))),
  ),
  DELETE: endpoint(OPERATIONS.deleteRender, async ({ params, services: { renders } }) => {
    const cancelled = await renders.remove(params.id);
    return cancelled === undefined ? new Response(null, { status: 204 }) : json(cancelled);
  }),
});
