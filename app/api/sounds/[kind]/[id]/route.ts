import { noneMatch } from '#lib/base/entity-tags.ts';
import { ASK_AGAIN, NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readSound } from '#lib/server/reads.ts';
import { SOUND_PATCH, type SoundKind } from '#lib/sounds/sound.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getSound, async ({ request, params }) => {
    const { sound, etag } = (await readSound(params.kind, params.id)).value();
    const headers = { etag, 'cache-control': ASK_AGAIN };
    if (!noneMatch(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
    return json(sound, { headers });
  }),
  PATCH: endpoint(
    OPERATIONS.patchSound,
    async ({ request, params, body, services }) => {
      const ifMatch = request.headers.get('if-match');
      const { sound, etag } = await services.sounds.update(params.kind, params.id, body, ifMatch);
      return json(sound, { headers: { etag, 'cache-control': NO_STORE } });
    },
    // Which fields there are depends on the kind.
    { bodySchema: ({ kind }: { kind: SoundKind }) => SOUND_PATCH[kind] },
  ),
  DELETE: endpoint(OPERATIONS.deleteSound, async ({ request, params, services }) => {
    await services.sounds.remove(params.kind, params.id, request.headers.get('if-match'));
    return new Response(null, { status: 204, headers: { 'cache-control': NO_STORE } });
  }),
});
