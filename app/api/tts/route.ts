import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { speechResponse } from '#lib/http/speech-audio.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(
    OPERATIONS.speak,
    async ({ request, body: { format, ...wish }, services: { voices } }) =>
      speechResponse(await voices.speak(wish, request.signal), format, { signal: request.signal }),
    { invalidBody: 'speech.invalid' },
  ),
});
