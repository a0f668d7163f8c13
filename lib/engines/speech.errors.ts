import { AppError } from '#lib/base/errors.ts';

/** @param engine as it was configured */
export function voiceNotFound(engine: string, voice: string): AppError {
  return new AppError(
    'speech.voice_not_found',
    `The engine ${engine} has no voice ${JSON.stringify(voice)}. GET /api/voices lists the voices there are.`,
    { details: { engine, voice } },
  );
}

/** @param sentence What cannot be said, and what to do instead. */
export function unsayable(sentence: string): AppError {
  return new AppError('speech.unsayable', sentence, { issues: [{ path: 'text', message: sentence }] });
}

/** @param path The field of the request at fault. */
export function invalidSpeech(path: 'text' | 'speed' | 'pitch', sentence: string): AppError {
  return new AppError('speech.invalid', sentence, { issues: [{ path, message: sentence }] });
}

export function tooLongToSpeak(length: number, most: number): AppError {
  return new AppError(
    'speech.too_long',
    `The text has ${length} characters; ${most} can be spoken at once. Divide it.`,
    { details: { length, max_length: most } },
  );
}

/** The text is short enough, and what it says is not: rows of digits, at a slow speed. */
export function tooMuchSpeech(maxSeconds: number): AppError {
  return new AppError(
    'speech.too_long',
    `The text makes more than ${Math.floor(maxSeconds / 60)} minutes of speech at this speed. Divide it.`,
    { details: { max_seconds: maxSeconds } },
  );
}

/**
 * It is out of reach; trying again later makes sense.
 *
 * @param sentence Why, and what to do.
 */
export function engineUnavailable(engine: string, sentence: string, cause?: unknown): AppError {
  return new AppError('speech.engine_unavailable', sentence, {
    details: { engine },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** It answered, and the answer is no speech. */
export function engineFailed(engine: string, sentence: string, cause?: unknown): AppError {
  return new AppError('speech.engine_failed', sentence, {
    details: { engine },
    ...(cause === undefined ? {} : { cause }),
  });
}

export function engineClosed(engine: string): AppError {
  return engineUnavailable(engine, `The engine ${engine} is closed: the server is stopping.`);
}
