import { invalidSpeech, tooLongToSpeak } from './speech.errors.ts';
import { MAX_SPEECH_CHARACTERS, PITCH_RANGE, SPEED_RANGE, type SpeechRequest } from './speech-engine.ts';

/**
 * What every engine refuses before it begins.
 *
 * @throws AppError `speech.invalid`, `speech.too_long`
 */
export function checkSpeechRequest({ text, speed, pitch }: SpeechRequest): void {
  if (text.trim() === '') throw invalidSpeech('text', 'There is no text to speak.');
  if (text.length > MAX_SPEECH_CHARACTERS) throw tooLongToSpeak(text.length, MAX_SPEECH_CHARACTERS);
  if (!within(speed, SPEED_RANGE)) {
    throw invalidSpeech('speed', `The speed must be between ${SPEED_RANGE.min} and ${SPEED_RANGE.max}.`);
  }
  if (!within(pitch, PITCH_RANGE)) {
    throw invalidSpeech('pitch', `The pitch must be between ${PITCH_RANGE.min} and ${PITCH_RANGE.max} semitones.`);
  }
}

/** Not for NaN. */
function within(value: number, { min, max }: { min: number; max: number }): boolean {
  return value >= min && value <= max;
}
