import { ASK_AGAIN } from '#lib/http/cache-control.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { speechResponse } from '#lib/http/speech-audio.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getVoicePreview, async ({ request, params, services: { voices } }) =>
    speechResponse(await voices.preview(params.id, request.signal), 'wav', {
      signal: request.signal,
      cacheControl: ASK_AGAIN,
    }),
  ),
});
