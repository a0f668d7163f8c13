import { endpoint, route } from '#lib/http/endpoint.ts';
import { openAiError, unheededOf, wishOf } from '#lib/http/openai-speech.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { speechResponse } from '#lib/http/speech-audio.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    POST: endpoint(
      OPERATIONS.speakAsOpenAi,
      async ({ request: { signal }, body, services: { voices } }) => {
        const wish = await wishOf(body, name => voices.find(name, signal));
        const spoken = await voices.speak(wish, signal);
        const warnings = [...spoken.warnings, ...unheededOf(body)];
        return speechResponse({ ...spoken, warnings }, body.response_format, { signal });
      },
      { invalidBody: 'speech.invalid', problemMembers: openAiError },
    ),
  },
  openAiError,
);
