/** Voices as remote engines list them. */
import { UNSHOWABLE_PATTERN, tidyForeignText } from './foreign-text.ts';
import type { CallOptions, EngineVoice } from './speech-engine.ts';

/** More than any engine has; a list that goes on is made to fill memory. */
const MAX_VOICES = 5_000;
const MAX_ID_LENGTH = 200;

/** What a list says of one voice; what all voices of the engine have in common is added by the adapter. */
export type ListedVoice = Pick<EngineVoice, 'id' | 'name' | 'language' | 'gender'>;

/**
 * `{voices: […]}`, `{data: […]}` or a bare array, of ids or of objects: each kind of server has its own words for the same. Entries
 * that make no sense are left out, and of those with the same id the first one counts. Undefined where there is no list.
 */
export function parseVoiceList(answer: unknown): ListedVoice[] | undefined {
  const { voices, data } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const entries = [answer, voices, data].find(list => Array.isArray(list)) as unknown[] | undefined;
  if (entries === undefined) return undefined;
  const byId = new Map<string, ListedVoice>();
  for (const entry of entries.slice(0, MAX_VOICES)) {
    const voice = parseVoice(entry);
    if (voice !== undefined && !byId.has(voice.id)) byId.set(voice.id, voice);
  }
  return [...byId.values()];
}

/** A voice of which nothing but its id is known. */
export function voiceOfId(id: string): ListedVoice {
  return { id, name: id, language: 'und' };
}

function parseVoice(entry: unknown): ListedVoice | undefined {
  if (typeof entry === 'string') return isId(entry) ? voiceOfId(entry) : undefined;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const fields = entry as Record<string, unknown>;
  const text = (...names: string[]) =>
    names.map(name => fields[name]).find(value => typeof value === 'string' && value !== '') as string | undefined;
  const id = text('id', 'voice_id', 'voice', 'name');
  if (id === undefined || !isId(id)) return undefined;
  const languages: unknown = fields['languages'];
  const language =
    text('language', 'lang', 'locale') ?? (Array.isArray(languages) ? (languages[0] as unknown) : undefined);
  const gender = genderOf(text('gender'));
  return {
    id,
    name: tidyForeignText(text('display_name', 'name') ?? id).slice(0, MAX_ID_LENGTH) || id,
    language: languageOf(language),
    ...(gender === undefined ? {} : { gender }),
  };
}

function isId(text: string): boolean {
  return text.length > 0 && text.length <= MAX_ID_LENGTH && text.trim() === text && !UNSHOWABLE_PATTERN.test(text);
}

/** BCP 47 from what servers write for it: `en_US`, `en-us`. */
function languageOf(value: unknown): string {
  if (typeof value !== 'string') return 'und';
  try {
    return Intl.getCanonicalLocales(value.trim().replaceAll('_', '-'))[0] ?? 'und';
  } catch {
    return 'und';
  }
}

function genderOf(text: string | undefined): EngineVoice['gender'] {
  const [first] = text?.toLowerCase() ?? '';
  if (first === 'f') return 'female';
  if (first === 'm') return 'male';
  return first === 'n' ? 'neutral' : undefined;
}

/** The voices of one engine as it last listed them, so that a wrong id is noticed before it is sent. */
export class RemoteVoices {
  readonly #ask: (options: CallOptions) => Promise<EngineVoice[]>;
  #ids: ReadonlySet<string> | undefined;

  /** @param ask the engine itself */
  constructor(ask: (options: CallOptions) => Promise<EngineVoice[]>) {
    this.#ask = ask;
  }

  async list(options: CallOptions = {}): Promise<EngineVoice[]> {
    const voices = await this.#ask(options);
    this.#ids = new Set(voices.map(({ id }) => id));
    return voices;
  }

  /**
   * Whether the engine has this voice. It is asked again before the answer is no; undefined where it does not tell, for it may speak all
   * the same.
   */
  async has(id: string, options: CallOptions = {}): Promise<boolean | undefined> {
    if (this.#ids?.has(id) === true) return true;
    try {
      await this.list(options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      return undefined;
    }
    return this.#ids?.has(id);
  }
}
