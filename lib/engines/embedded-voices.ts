import type { EngineVoice } from './speech-engine.ts';
import type { FliteVoiceName } from './flite-voices.ts';

/** A voice that is offered: one of flite's, or one of them transposed. */
export interface EmbeddedVoice extends Pick<EngineVoice, 'id' | 'name' | 'language'> {
  gender: 'female' | 'male';
  flite: FliteVoiceName;
  /** Semitones above the voice as it was recorded; what a request asks for is added. */
  pitch: number;
}

type Base = Omit<EmbeddedVoice, 'id' | 'pitch'>;

const BASES: readonly Base[] = [
  { flite: 'slt', name: 'American woman', language: 'en-US', gender: 'female' },
  { flite: 'rms', name: 'American man', language: 'en-US', gender: 'male' },
  { flite: 'awb', name: 'Scottish man', language: 'en-GB-scotland', gender: 'male' },
  { flite: 'kal16', name: 'American robot', language: 'en-US', gender: 'male' },
];

/** Semitones. Far enough to be told apart in a dialogue, near enough to stay one kind of person. */
const VARIANTS = [
  { suffix: '-low', word: 'lower', pitch: -3 },
  { suffix: '-high', word: 'higher', pitch: 3 },
] as const;

export const EMBEDDED_VOICES: readonly EmbeddedVoice[] = [
  ...BASES.flatMap(base => [
    { ...base, id: base.flite, name: `${base.name} (${base.flite})`, pitch: 0 },
    ...VARIANTS.map(({ suffix, word, pitch }) => ({
      ...base,
      id: `${base.flite}${suffix}`,
      name: `${base.name}, ${word} (${base.flite})`,
      pitch,
    })),
  ]),
  {
    flite: 'kal',
    id: 'kal',
    name: 'American robot on the telephone (kal, 8 kHz)',
    language: 'en-US',
    gender: 'male',
    pitch: 0,
  },
];
