import { endpoint, route } from '#lib/http/endpoint.ts';
import { fileResponse } from '#lib/http/media.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getRenderAudio, ({ request, params, query, services: { renders, config } }) => {
    const { name, content_type, size, sha256, read } = renders.audio(params.id, query.output);
    const file = {
      contentType: content_type,
      sha256,
      version: query.v,
      open: config.access === 'open',
      size,
      filename: name,
      read,
    };
    return fileResponse(request, file);
  }),
});
