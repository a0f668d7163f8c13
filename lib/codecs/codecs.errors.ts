import { AppError } from '#lib/base/errors.ts';

/** The file is cut short or broken. `what` continues the sentence "The audio is damaged: …". */
export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('audio.damaged', `The audio is damaged: ${what}.`, cause === undefined ? {} : { cause });
}

/** @param sentence What it is, and where that helps, what to do instead. */
export function unsupported(sentence: string): AppError {
  return new AppError('audio.unsupported', sentence);
}

export function empty(): AppError {
  return new AppError('audio.empty', 'The file holds no audio: not one frame could be decoded.');
}

export function needsFfmpeg(): AppError {
  return new AppError(
    'audio.needs_ffmpeg',
    'M4A and AAC need the program ffmpeg installed on the server. Install it, or upload WAV, FLAC, MP3, Ogg Vorbis or Opus.',
  );
}

export function tooLong(maxSeconds: number): AppError {
  return new AppError(
    'audio.too_long',
    `The audio is longer than ${formatSpan(maxSeconds)}, the most this library takes.`,
    {
      details: { max_seconds: maxSeconds },
    },
  );
}

export function tooSlow(limitMs: number): AppError {
  return new AppError(
    'audio.too_slow',
    `Reading the audio took longer than ${formatSpan(limitMs / 1000)}. Convert it to WAV or FLAC and try again.`,
    { details: { limit_ms: limitMs } },
  );
}

function formatSpan(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return seconds === 3600 ? '1 hour' : `${seconds / 3600} hours`;
  if (seconds >= 120 && seconds % 60 === 0) return `${seconds / 60} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
