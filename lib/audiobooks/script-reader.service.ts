import type { Diagnostic, KnownSound, KnownVoice, ScriptPlan } from '#lib/script/script.ts';
import type { Audiobook } from './audiobook.ts';
import type { ScriptFacts } from './script-facts.ts';
import { namesInThread, planInThread } from './script-thread.service.ts';
import type { ShelvedSound, SoundShelf } from './sound-shelf.ts';

/** Who can speak, as far as a script names them. */
export interface VoiceBook {
  /** By id, or by the engine's own id. Undefined where there is none. */
  find(name: string, signal?: AbortSignal): Promise<KnownVoice | undefined>;
  /** Ids to suggest from. */
  ids(signal?: AbortSignal): Promise<readonly string[]>;
}

export type BookText = Pick<Audiobook, 'script' | 'cast' | 'settings'>;

export interface ReadScript {
  plan: ScriptPlan;
  /** In order of their places. */
  diagnostics: readonly Diagnostic[];
  sounds: { readonly [room in 'effects' | 'background']: ReadonlyMap<string, ShelvedSound> };
  /** Ids of the voices that the book names, by name; null for the default voice. */
  voices: ReadonlyMap<string | null, string>;
}

/** Reads scripts with what voices and sounds there are. */
export class ScriptReader {
  readonly #voices: VoiceBook;
  readonly #sounds: SoundShelf;

  constructor({ voices, sounds }: { voices: VoiceBook; sounds: SoundShelf }) {
    this.#voices = voices;
    this.#sounds = sounds;
  }

  /** What stands in the script is told by diagnostics. @throws AppError `book.invalid` where there is too much of it; the signal's reason */
  async read({ script, cast, settings }: BookText, signal?: AbortSignal): Promise<ReadScript> {
    const names = await namesInThread(script, signal);
    const sounds = {
      effects: this.#found('effects', names.effects),
      background: this.#found('background', names.background),
    };
    // A cast is data: `constructor` is a name like any other.
    const asked = names.voices.map(name => (Object.hasOwn(cast, name) ? cast[name]! : name));
    const first = settings.default_voice ?? undefined;
    const voices = await this.#speakers(first === undefined ? asked : [...asked, first], signal);
    const facts: ScriptFacts = {
      cast,
      defaultVoice: first === undefined ? undefined : voices.get(first)?.id,
      voices,
      effects: factsOf(sounds.effects),
      background: factsOf(sounds.background),
      // To suggest from, only where something is not known.
      names: {
        voices: asked.some(name => !voices.has(name)) ? await this.#voices.ids(signal) : [],
        effects: names.effects.some(id => !sounds.effects.has(id)) ? [...this.#sounds.ids('effects')] : [],
        background: names.background.some(id => !sounds.background.has(id)) ? [...this.#sounds.ids('background')] : [],
      },
      settings: { effects: defined(settings.effects), background: defined(settings.background) },
    };
    const { plan, diagnostics } = await planInThread(script, facts, signal);
    const spoken = new Map(plan.units.map(({ name, voice }) => [name ?? null, voice]));
    return { plan, diagnostics, sounds, voices: spoken };
  }

  #found(room: 'effects' | 'background', ids: readonly string[]): Map<string, ShelvedSound> {
    const found = new Map<string, ShelvedSound>();
    for (const id of ids) {
      const sound = this.#sounds.find(room, id);
      if (sound !== undefined) found.set(id, sound);
    }
    return found;
  }

  async #speakers(names: readonly string[], signal: AbortSignal | undefined): Promise<Map<string, KnownVoice>> {
    const found = await Promise.all(
      [...new Set(names)].map(async name => [name, await this.#voices.find(name, signal)] as const),
    );
    // By what was asked for, and by id, for that is how the default voice is found again.
    return new Map(
      found.flatMap(([name, voice]) =>
        voice === undefined
          ? []
          : [
              [name, voice],
              [voice.id, voice],
            ],
      ),
    );
  }
}

/** What a thread can be sent. */
function factsOf(sounds: ReadonlyMap<string, ShelvedSound>): Map<string, KnownSound> {
  return new Map(
    [...sounds].map(([id, sound]) => [
      id,
      Object.fromEntries(KNOWN.map(name => [name, sound[name]])) as unknown as KnownSound,
    ]),
  );
}

const KNOWN = [
  'length',
  'volume',
  'fade_in',
  'fade_out',
  'start_at',
  'end_at',
  'duration',
  'pause_speech',
  'loop',
  'crossfade',
  'duck_speech',
  'duck_level',
] as const satisfies readonly (keyof KnownSound)[];

/** Without what was given as undefined. */
function defined<T extends object>(settings: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)) as never;
}
