import { AppError } from '#lib/base/errors.ts';
import { guarded } from '#lib/http/endpoint.ts';
import { openAiError } from '#lib/http/openai-speech.ts';

const unknown = guarded(
  'unknown',
  () => {
    throw new AppError(
      'request.not_found',
      'There is nothing at this address. Of what OpenAI has, POST /v1/audio/speech is here, and GET /v1/audio/voices.',
    );
  },
  openAiError,
);

export {
  unknown as GET,
  unknown as HEAD,
  unknown as POST,
  unknown as PUT,
  unknown as PATCH,
  unknown as DELETE,
  unknown as OPTIONS,
};
