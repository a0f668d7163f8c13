import { isAppError } from '#lib/base/errors.ts';
import type { SoundKind } from '#lib/sounds/sound.ts';

/**
 * How an upload ended: it is in the library; the same bytes were there already; it was refused for what it is; its client went
 * away; or this server could not take it, for lack of room for instance.
 */
export const UPLOAD_OUTCOMES = ['stored', 'duplicate', 'refused', 'aborted', 'failed'] as const;
export type UploadOutcome = (typeof UPLOAD_OUTCOMES)[number];

/** Told of every upload, replacements included. */
export interface UploadsObserver {
  began(kind: SoundKind): void;
  /** @param facts bytes of the file that arrived, and seconds since it began */
  ended(kind: SoundKind, outcome: UploadOutcome, facts: { bytes: number; seconds: number }): void;
}

/** What an upload that threw this has come to. */
export function outcomeOf(error: unknown): UploadOutcome {
  if (!isAppError(error)) return 'failed';
  if (error.code === 'request.incomplete') return 'aborted';
  if (error.code === 'sound.duplicate') return 'duplicate';
  return /^(storage|workers|server|internal)\./.test(error.code) ? 'failed' : 'refused';
}
