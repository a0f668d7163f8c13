import { endpoint, route } from '#lib/http/endpoint.ts';
import { fileResponse } from '#lib/http/media.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getAudio, async ({ request, params, query, services }) => {
    const audio = services.sounds.audio(params.kind, params.id);
    return fileResponse(request, {
      contentType: audio.content_type,
      sha256: audio.sha256,
      version: query.v,
      size: audio.size,
      filename: audio.original_filename,
      read: audio.read,
    });
  }),
});
