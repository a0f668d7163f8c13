/**
 * What bounds the fields of a sound, without the schemas that check it: a form in the browser says the same as the server and does
 * not load a validator for it. Pure.
 */
export const SOUND_KINDS = ['effects', 'background'] as const;

export const SOUND_ID_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The longest recording the library takes, in seconds of decoded audio. */
export const MAX_SOUND_SECONDS = 6 * 3600;
/** Of `volume`, linear: 12 dB. */
export const MAX_GAIN = 4;
/** Of `duck_level`, linear. */
export const MAX_LEVEL = 1;

export const MAX_CHARACTERS = { name: 200, category: 64, type: 64, license: 200, attribution: 500, tag: 64 } as const;
export const MAX_TAGS = 32;

/** Control characters would survive into file lists, logs and headers. */
export const NO_CONTROL = /^[^\p{Cc}\p{Cs}]*$/u;

/** Folds white space to single spaces and composes accents, so that equal-looking words are equal. */
export function tidyText(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** The trim of a sound, in seconds into its recording; null does not trim. */
export interface Trim {
  start_at: number | null;
  end_at: number | null;
}

/** What of a trim still means something in a recording of this length: an edge that lies beyond it is cleared. */
export function trimWithin({ start_at, end_at }: Trim, length: number): Trim {
  return {
    start_at: start_at !== null && start_at < length ? start_at : null,
    end_at: end_at !== null && end_at <= length ? end_at : null,
  };
}
