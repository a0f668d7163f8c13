/** What espeak-ng's numbers do, as measured on version 1.51, and what it cannot do. */

/** `-s`: words a minute. Length goes with it, within 15 % between 300 and 450 depending on the language, within 5 % elsewhere. */
const OWN_RATE = 175;
const SLOWEST_RATE = 80;

/**
 * Semitones above the voice's own median pitch for `-p` 0, 10, … 90, 99. A low voice has a median of 101 Hz, a high one of 208 Hz (f3).
 */
const PITCHES = {
  low: [-6.9, -5.8, -4.6, -3.2, -1.7, 0, 1.7, 3.4, 5.3, 7.2, 8.9],
  high: [-5.9, -4.9, -3.9, -2.6, -1.4, 0, 1.5, 3.2, 4.9, 6.7, 8.2],
} as const;
const STEP = 10;
const HIGHEST = 99;

export interface EspeakSettings {
  args: string[];
  warnings: string[];
}

/**
 * @param speed times the voice's own
 * @param pitch semitones
 */
export function espeakSettings(register: keyof typeof PITCHES, speed: number, pitch: number): EspeakSettings {
  const rate = Math.round(OWN_RATE * speed);
  const table = PITCHES[register];
  const [lowest, highest] = [table[0], table.at(-1)!];
  const warnings: string[] = [];
  if (rate < SLOWEST_RATE) {
    warnings.push(`The speed is ${(SLOWEST_RATE / OWN_RATE).toFixed(2)}, the slowest that espeak-ng speaks.`);
  }
  if (pitch < lowest || pitch > highest) {
    warnings.push(
      `The pitch is ${pitch < 0 ? lowest : highest} semitones, the ${pitch < 0 ? 'lowest' : 'highest'} of this voice.`,
    );
  }
  const args = ['-s', String(Math.max(rate, SLOWEST_RATE)), '-p', String(numberFor(table, pitch))];
  return { args, warnings };
}

function numberFor(table: readonly number[], pitch: number): number {
  const above = table.findIndex(semitones => semitones >= pitch);
  if (above === -1) return HIGHEST;
  if (above === 0) return 0;
  const [from, to] = [table[above - 1]!, table[above]!];
  return Math.min(HIGHEST, Math.round(STEP * (above - 1 + (pitch - from) / (to - from))));
}
