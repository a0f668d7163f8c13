/**
 * Speech in the shape that OpenAI's clients send and expect.
 * https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
import { z } from 'zod';
import { speechWish, type Voice } from '#lib/voices/voices.ts';
import type { Problem } from './problems.ts';

/** What OpenAI has but AAC. */
const RESPONSE_FORMATS = ['mp3', 'opus', 'flac', 'wav', 'pcm'] as const;

const ours = speechWish.shape;

export const openAiSpeech = z
  .strictObject({
    model: z.string().max(200, 'must be at most 200 characters').optional().meta({
      description: 'May name an engine, whose own ids voice then takes first; otherwise it says nothing here',
    }),
    input: ours.text,
    voice: z.union([ours.voice, z.strictObject({ id: ours.voice }).transform(({ id }) => id)]).meta({
      description: 'An id of GET /v1/audio/voices, such as embedded:slt, or the part of it that is the engine’s own',
    }),
    response_format: z
      .enum(RESPONSE_FORMATS, 'must be mp3, opus, flac, wav or pcm; AAC is not made here')
      .default('mp3'),
    speed: ours.speed,
    pitch: ours.pitch.meta({ description: "Semitones above the voice's own; OpenAI has no such field" }),
    instructions: z
      .string()
      .max(4096, 'must be at most 4096 characters')
      .optional()
      .meta({ description: 'No voice here follows them, and the header X-Speech-Warnings says so' }),
    stream_format: z.literal('audio', 'must be audio; events are not sent here').default('audio'),
  })
  .meta({ id: 'OpenAiSpeechRequest' });
export type OpenAiSpeech = z.infer<typeof openAiSpeech>;

export const openAiVoices = z
  .strictObject({
    voices: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        language: z.string().meta({ description: 'BCP 47; und where the engine does not say' }),
        gender: z.enum(['female', 'male', 'neutral']).optional(),
      }),
    ),
  })
  .meta({ id: 'OpenAiVoiceList' });

/**
 * What is asked for in our own words. A voice is named by its id, or by its engine's own id of it: of the engine that the model names, or
 * else of the first that has one.
 *
 * @param find knows the voices that a name may mean
 */
export async function wishOf(
  { model = '', input: text, voice, speed, pitch }: OpenAiSpeech,
  find: (name: string) => Promise<{ id: string } | undefined>,
) {
  const names = voice.includes(':') ? [voice] : [`${model}:${voice}`, voice];
  for (const name of names) {
    const found = await find(name);
    if (found !== undefined) return { text, voice: found.id, speed, pitch };
  }
  // To be refused by the one who knows the words for it.
  return { text, voice, speed, pitch };
}

/** What of it no engine follows, one sentence each. */
export function unheededOf({ instructions = '' }: OpenAiSpeech): string[] {
  return instructions.trim() === '' ? [] : ['Voices here do not follow instructions.'];
}

export function openAiVoice({ id, name, language, gender }: Voice) {
  return { id, name, language, ...(gender === undefined ? {} : { gender }) };
}

/** The member of a problem that OpenAI's clients read: they make their exceptions of it, and of the status. */
export function openAiError({ status, detail, code, errors }: Problem) {
  return { error: { message: detail, type: typeOf(status), param: errors?.[0]?.path ?? null, code } };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
