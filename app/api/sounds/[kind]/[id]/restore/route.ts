import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(OPERATIONS.restoreSound, async ({ params, services }) => {
    const { sound, etag } = await services.sounds.restore(params.kind, params.id);
    return json(sound, { headers: { etag, 'cache-control': NO_STORE } });
  }),
});
