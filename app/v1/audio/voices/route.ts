import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { openAiError, openAiVoice } from '#lib/http/openai-speech.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readVoices } from '#lib/server/reads.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    GET: endpoint(
      OPERATIONS.listVoicesAsOpenAi,
      async () => json({ voices: (await readVoices()).value().voices.map(openAiVoice) }),
      { problemMembers: openAiError },
    ),
  },
  openAiError,
);
