/** What the adapters of remote engines have in common. */

/** More than {@link MAX_SPEECH_SECONDS} of what servers send: 24 kHz and 16 bits. */
export const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
export const MAX_VOICES_BYTES = 4 * 1024 * 1024;
/** A list of voices is no work. Shorter than what waits for it, so that the engine is known to be down, not only given up. */
export const VOICES_TIMEOUT_MS = 8_000;

/** One sentence for each setting that was asked for and that the voice does not follow. */
export function unheededSettings(
  voice: string,
  { speed = 1, pitch = 0 }: { speed?: number; pitch?: number },
): string[] {
  return [
    ...(speed === 1 ? [] : [`The voice ${voice} does not follow speed: it speaks at its own rate.`]),
    ...(pitch === 0 ? [] : [`The voice ${voice} does not follow pitch: it speaks at its own.`]),
  ];
}
