/** How voices and their engines are told to people. Pure; runs on the server too. */
import type { EngineStatus, Voice } from '#lib/voices/voices.ts';

/** Of a tag, and of its primary subtag: `American English` and `English`. */
export type LanguageNames = Readonly<Record<string, string>>;

/** To be asked on the server alone: browsers do not call every language the same, and what they draw must be what came. */
export function languageNames(voices: readonly Pick<Voice, 'language'>[]): LanguageNames {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
  const tags = new Set(voices.flatMap(({ language }) => [language, primaryOf(language)]));
  return Object.fromEntries([...tags].map(tag => [tag, nameOf(tag, names)]));
}

function nameOf(tag: string, names: Intl.DisplayNames): string {
  if (tag === 'und') return 'Language not told';
  try {
    // Variants and private parts have no names, and say in capitals that they have none.
    const { language, script, region } = new Intl.Locale(tag);
    return names.of([language, script, region].filter(part => part !== undefined).join('-')) ?? tag;
  } catch {
    // An engine may call its language what it likes.
    return tag;
  }
}

function primaryOf(tag: string): string {
  return tag.split('-')[0]!.toLowerCase();
}

/** The languages in use with the number of their voices, by name. */
export function languagesOf(
  voices: readonly Pick<Voice, 'language'>[],
  names: LanguageNames,
): { tag: string; name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { language } of voices) {
    const tag = primaryOf(language);
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts]
    .map(([tag, count]) => ({ tag, name: names[tag] ?? tag, count }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What names a voice in a script is written like this; others need an entry in the cast. */
const SCRIPT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * What to put into a script for this voice: the tag where its engine's own id names it and no voice before has the same, otherwise its id,
 * for the cast.
 */
export function scriptTextOf(voice: Voice, all: readonly Voice[]): string {
  const own = ownId(voice);
  const first = all.find(other => ownId(other) === own);
  return SCRIPT_NAME.test(own) && (first === undefined || first.id === voice.id) ? `{{{voice:${own}}}}` : voice.id;
}

function ownId({ id, engine }: Voice): string {
  return id.slice(engine.length + 1);
}

const KINDS: Readonly<Record<EngineStatus['kind'], string>> = {
  embedded: 'built in, works offline',
  openai: 'a server in the shape of OpenAI',
  talk2me: 'a Talk2Me backend',
  espeak: 'espeak-ng, installed here',
};

export function kindWords({ kind }: EngineStatus): string {
  return KINDS[kind];
}

export type Setting = 'speed' | 'pitch';

/** Why a setting does nothing for a voice; undefined where it does, or where no voice is chosen. */
export function unfollowed(voice: Voice | undefined, setting: Setting): string | undefined {
  return voice !== undefined && voice[setting] === null ? `${voice.name} does not follow ${setting}.` : undefined;
}

/** `speed and pitch`. */
export function followedWords(voice: Voice): string {
  const followed = (['speed', 'pitch'] as const).filter(setting => voice[setting] !== null);
  return followed.length === 0 ? 'no settings' : followed.join(' and ');
}

/** `1.25×`. */
export function formatSpeed(speed: number): string {
  return `${speed.toFixed(2)}×`;
}

/** `+3`, with a true minus sign below. */
export function formatPitch(semitones: number): string {
  return semitones === 0 ? '0' : `${semitones < 0 ? '−' : '+'}${Math.abs(semitones)}`;
}
