/** What speech may be asked for, of every engine. */
export const MAX_SPEECH_CHARACTERS = 5000;
/** Times a voice's own rate. */
export const SPEED_RANGE = { min: 0.25, max: 4 } as const;
/** Semitones above a voice's own. */
export const PITCH_RANGE = { min: -12, max: 12 } as const;
/** Hertz, of what comes back. */
export const SAMPLE_RATE_RANGE = { min: 8000, max: 192_000 } as const;
