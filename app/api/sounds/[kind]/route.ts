import { NO_STORE } from '#lib/http/cache-control.ts';
import { cachedJson } from '#lib/http/cached-json.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { serverTiming } from '#lib/http/server-timing.ts';
import { uploadRequest } from '#lib/server/incoming.ts';
import { readSounds } from '#lib/server/reads.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listSounds, async ({ request, params, query }) => {
    const { tag, category, ...rest } = query;
    const filters = { q: rest.q?.trim() || undefined, categories: category, tags: tag };
    return cachedJson(request, await readSounds(params.kind, { ...rest, ...filters }));
  }),
  POST: endpoint(OPERATIONS.uploadSound, async ({ request, params, services }) => {
    services.memory.monitor.admit();
    const { sound, etag, timings } = await services.uploads.upload(params.kind, uploadRequest(request));
    return json(sound, {
      status: 201,
      headers: {
        location: `/api/sounds/${sound.kind}/${sound.id}`,
        etag,
        'cache-control': NO_STORE,
        'server-timing': serverTiming(timings),
      },
    });
  }),
  PATCH: endpoint(OPERATIONS.changeSounds, async ({ params, body, services }) =>
    json(await services.sounds.changeMany(params.kind, body), { headers: { 'cache-control': NO_STORE } }),
  ),
});
