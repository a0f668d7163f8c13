import { noneMatch } from '#lib/base/entity-tags.ts';
import { weakTag } from '#lib/http/weak-tag.ts';
import { endpoint, json, jsonText, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { serverTiming } from '#lib/http/server-timing.ts';
import { uploadRequest } from '#lib/server/incoming.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listSounds, async ({ request, params, query, services }) => {
    const { tag, ...rest } = query;
    const text = JSON.stringify(
      services.sounds.list(params.kind, { ...rest, q: rest.q?.trim() || undefined, tags: tag }),
    );
    const headers = { etag: weakTag(text), 'cache-control': 'private, no-cache' };
    if (!noneMatch(request.headers.get('if-none-match'), headers.etag))
      return new Response(null, { status: 304, headers });
    return jsonText(text, { headers });
  }),
  POST: endpoint(OPERATIONS.uploadSound, async ({ request, params, services }) => {
    const { sound, etag, timings } = await services.uploads.upload(params.kind, uploadRequest(request));
    return json(sound, {
      status: 201,
      headers: {
        location: `/api/sounds/${sound.kind}/${sound.id}`,
        etag,
        'cache-control': 'no-store',
        'server-timing': serverTiming(timings),
      },
    });
  }),
});
