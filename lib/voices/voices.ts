/**
 * The contract of voices: who can speak, and what may be asked of them. Pure; runs in the browser too.
 *
 * A *voice* belongs to an *engine*, which the operator has configured under a name; its id is `<engine>:<the engine's own id>`.
 */
import { z } from 'zod';
import { MAX_SPEECH_CHARACTERS, PITCH_RANGE, SPEED_RANGE } from '#lib/audio/speech-limits.ts';

export { matchesVoice, type VoiceFilter } from './voice-filter.ts';

/** Cache tag of what is known of engines and their voices. */
export const VOICES_TAG = 'voices';

/** Of the name of an engine, a colon and what engines allow themselves. */
const MAX_ID_LENGTH = 240;

export const voiceId = z
  .string()
  .min(1, 'must name a voice')
  .max(MAX_ID_LENGTH, `must be at most ${MAX_ID_LENGTH} characters`)
  .meta({ example: 'embedded:slt' });

const range = z
  .strictObject({ min: z.number(), max: z.number() })
  .nullable()
  .meta({ description: 'What may be asked for; null where this voice does not follow it' });

export const voice = z
  .strictObject({
    id: voiceId,
    engine: z.string().meta({ description: 'Its name, as it was configured' }),
    name: z.string(),
    language: z.string().meta({ description: 'BCP 47; und where the engine does not say' }),
    gender: z.enum(['female', 'male', 'neutral']).optional(),
    sample_rate: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Hz; null where it is known only once it has spoken' }),
    preview_url: z.string(),
    available: z.boolean().meta({ description: 'Its engine can be asked; what was kept of it is heard all the same' }),
    speed: range,
    pitch: range,
  })
  .meta({ id: 'Voice', description: 'Somebody who can speak' });
export type Voice = z.infer<typeof voice>;

export const voiceList = z
  .strictObject({
    voices: z.array(voice),
    warnings: z.array(z.string()).meta({ description: 'Engines that could not be asked, and why' }),
  })
  .meta({ id: 'VoiceList' });
export type VoiceList = z.infer<typeof voiceList>;

export const engineStatus = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['embedded', 'openai', 'talk2me', 'espeak']),
    available: z.boolean(),
    reason: z.string().meta({ description: 'Why it is not, and what to do; empty where it is' }),
    checked_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When that was found out; null before the first call' }),
  })
  .meta({ id: 'SpeechEngine' });
export type EngineStatus = z.infer<typeof engineStatus>;

export const SPEECH_FORMATS = ['wav', 'mp3', 'opus', 'flac'] as const;

const between = ({ min, max }: { min: number; max: number }) =>
  z.number().min(min, `must be between ${min} and ${max}`).max(max, `must be between ${min} and ${max}`);

/** What is said by whom, and how. */
export const speechWish = z
  .strictObject({
    text: z
      .string()
      .max(MAX_SPEECH_CHARACTERS, `must be at most ${MAX_SPEECH_CHARACTERS} characters; divide it`)
      .refine(text => text.trim() !== '', 'must not be empty'),
    voice: voiceId,
    speed: between(SPEED_RANGE).default(1).meta({ description: "Times the voice's own rate" }),
    pitch: between(PITCH_RANGE).default(0).meta({ description: "Semitones above the voice's own" }),
    format: z.enum(SPEECH_FORMATS, 'must be wav, mp3, opus or flac').default('wav'),
  })
  .meta({ id: 'SpeechRequest' });
export type SpeechWish = z.infer<typeof speechWish>;

/** Engine and own id of a voice; undefined for what is no id. */
export function parseVoiceId(id: string): { engine: string; voice: string } | undefined {
  const colon = id.indexOf(':');
  return colon <= 0 ? undefined : { engine: id.slice(0, colon), voice: id.slice(colon + 1) };
}

export function voiceIdOf(engine: string, voice: string): string {
  return `${engine}:${voice}`;
}
