import { endpoint, route } from '#lib/http/endpoint.ts';
import { mediaResponse } from '#lib/http/media.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getWaveform, async ({ request, params, query, services }) => {
    const { picture, sha256 } = services.sounds.picture(params.kind, params.id);
    return mediaResponse(request, {
      contentType: 'image/webp',
      tag: `"${sha256}.webp"`,
      sha256,
      version: query.v,
      open: services.config.access === 'open',
      body: picture,
    });
  }),
});
