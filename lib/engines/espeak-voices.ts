import type { EngineVoice } from './speech-engine.ts';

export interface EspeakVoice {
  voice: Omit<EngineVoice, 'revision'>;
  /** For `-v`. */
  argument: string;
  /** Whose pitches are those of `espeak-settings.ts`. */
  register: 'low' | 'high';
}

/** A higher voice for each language; espeak-ng's own list has hardly any but men's. Part of the program since its first version. */
const HIGH = { variant: 'f3', word: 'higher' } as const;

/** `--voices`: ` 5  en-us           --/M      English_(America)  gmw/en-US            (en 3)`. */
const LINE = /^\s*\d+\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)(?:\s|$)/;
/** Of a voice's file: nothing that an option or a path could be made of. */
const FILE = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9][A-Za-z0-9_-]*)?$/;

/** Undefined where the text is no list of voices at all. */
export function parseEspeakVoices(output: string): EspeakVoice[] | undefined {
  const [header = '', ...lines] = output.split('\n');
  if (!/^Pty\s+Language\s/.test(header)) return undefined;
  const voices = new Map<string, EspeakVoice>();
  for (const line of lines) {
    const [, code, , name, file] = LINE.exec(line) ?? [];
    if (code === undefined || name === undefined || file === undefined || !FILE.test(file)) continue;
    for (const voice of voicesOf(code, name, file)) voices.set(voice.voice.id, voice);
  }
  return [...voices.values()];
}

function voicesOf(code: string, name: string, file: string): EspeakVoice[] {
  // Unique among files, and what people know: `en-US` of `gmw/en-US`.
  const id = file.split('/').at(-1)!;
  const spoken = name.replaceAll('_', ' ').trim();
  const shared = { language: languageOf(code), sampleRate: undefined, follows: { speed: true, pitch: true } };
  return [
    { voice: { ...shared, id, name: spoken, gender: 'male' }, argument: file, register: 'low' },
    {
      voice: { ...shared, id: `${id}+${HIGH.variant}`, name: `${spoken}, ${HIGH.word}`, gender: 'female' },
      argument: `${file}+${HIGH.variant}`,
      register: 'high',
    },
  ];
}

/** BCP 47 of espeak-ng's codes, which are nearly that: `en-us-nyc` loses what no standard knows, `piqd` is no language. */
function languageOf(code: string): string {
  for (let subtags = code.split('-'); subtags.length > 0; subtags = subtags.slice(0, -1)) {
    try {
      const [canonical] = Intl.getCanonicalLocales(subtags.join('-'));
      if (canonical !== undefined && /^[a-z]{2,3}(?:-|$)/.test(canonical)) return canonical;
    } catch {
      // Not well-formed; the next shorter may be.
    }
  }
  return 'und';
}
