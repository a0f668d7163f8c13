import { endpoint, route } from '#lib/http/endpoint.ts';
import { mediaResponse } from '#lib/http/media.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getPeaks, async ({ request, params, query, services }) => {
    const { peaks, sha256 } = services.sounds.peaks(params.kind, params.id);
    const body = Buffer.from(JSON.stringify(peaks));
    return mediaResponse(request, {
      contentType: 'application/json',
      tag: `"${sha256}.peaks"`,
      sha256,
      version: query.v,
      open: services.config.access === 'open',
      body,
    });
  }),
});
