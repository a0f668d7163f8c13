import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(OPERATIONS.restoreAudiobook, async ({ params, services: { audiobooks } }) => {
    const { audiobook, etag } = await audiobooks.restore(params.id);
    return json(audiobook, { headers: { etag } });
  }),
});
