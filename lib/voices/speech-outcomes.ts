import type { SpeechEvent } from './voices.service.ts';

/** Every way in which a request for speech may end, for who counts them. */
export const SPEECH_OUTCOMES = [
  'spoken',
  'kept',
  'failed',
  'refused',
  'cancelled',
] as const satisfies SpeechEvent['outcome'][];
