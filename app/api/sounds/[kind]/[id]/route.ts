import { noneMatch } from '#lib/base/entity-tags.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { SOUND_PATCH, type SoundKind } from '#lib/sounds/sound.ts';

const PRIVATE = { 'cache-control': 'private, no-cache' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getSound, async ({ request, params, services }) => {
    const { sound, etag } = services.sounds.get(params.kind, params.id);
    const headers = { etag, ...PRIVATE };
    if (!noneMatch(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
    return json(sound, { headers });
  }),
  PATCH: endpoint(
    OPERATIONS.patchSound,
    async ({ request, params, body, services }) => {
      const ifMatch = request.headers.get('if-match');
      const { sound, etag } = await services.sounds.update(params.kind, params.id, body, ifMatch);
      return json(sound, { headers: { etag, 'cache-control': 'no-store' } });
    },
    // Which fields there are depends on the kind.
    { bodySchema: ({ kind }: { kind: SoundKind }) => SOUND_PATCH[kind] },
  ),
  DELETE: endpoint(OPERATIONS.deleteSound, async ({ request, params, services }) => {
    await services.sounds.remove(params.kind, params.id, request.headers.get('if-match'));
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  }),
});
