import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Diagnostic, KnownSound, KnownVoice, ScriptPlan, SoundRoom } from '#lib/script/script.ts';
import { MAX_DIAGNOSTICS } from '#lib/script/report.ts';
import type { ScriptNames } from '#lib/script/names.ts';
import type { Audiobook, AudiobookSettings } from './audiobook.ts';
import { settledSettings, type SettledSettings } from './book-defaults.ts';
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
  /** Those that the plan plays are among them. */
  sounds: { readonly [room in 'effects' | 'background']: ReadonlyMap<string, ShelvedSound> };
  /** Ids of the voices that the book names, by name; null for the default voice. */
  voices: ReadonlyMap<string | null, string>;
  /** Those of the book with what they leave out. */
  settings: SettledSettings;
}

export interface ScriptReaderOptions {
  voices: VoiceBook;
  sounds: SoundShelf;
  /** What settings leave out; without it what is built in. */
  settle?: (settings: AudiobookSettings) => SettledSettings;
}

/** Names that are looked up in a turn of the event loop, which takes some milliseconds. */
const AT_ONCE = 500;

/** Reads scripts with what voices and sounds there are. */
export class ScriptReader {
  readonly #voices: VoiceBook;
  readonly #sounds: SoundShelf;
  readonly #settle: (settings: AudiobookSettings) => SettledSettings;

  constructor({ voices, sounds, settle = settledSettings }: ScriptReaderOptions) {
    this.#voices = voices;
    this.#sounds = sounds;
    this.#settle = settle;
  }

  /** What stands in the script is told by diagnostics. @throws AppError `book.invalid` where there is too much of it; the signal's reason */
  async read({ script, cast, settings: said }: BookText, signal?: AbortSignal): Promise<ReadScript> {
    const settings = this.#settle(said);
    const names = await namesInThread(script, signal);
    const sounds = {
      effects: await this.#found('effects', names.effects, signal),
      background: await this.#found('background', names.background, signal),
    };
    const asked = names.voices.map(name => idIn(cast, name));
    const first = settings.default_voice ?? undefined;
    const voices = await this.#speakers(first === undefined ? asked : [...asked, first], signal);
    const missed = {
      voices: names.voices.filter(name => !voices.has(idIn(cast, name))),
      effects: names.effects.filter(id => !sounds.effects.has(id)),
      background: names.background.filter(id => !sounds.background.has(id)),
    };
    await this.#findElsewhere({ ...missed, words: names.words }, { cast, voices, sounds }, signal);
    const suggested = await this.#suggestedFrom(missed, signal);
    // Where nobody says the first words, somebody is proposed.
    const beginners = first !== undefined && voices.has(first) ? [] : await this.#beginners(cast, voices, signal);
    const facts: ScriptFacts = {
      cast,
      defaultVoice: first === undefined ? undefined : (voices.get(first)?.id ?? first),
      voices,
      effects: factsOf(sounds.effects),
      background: factsOf(sounds.background),
      names: { ...suggested, voices: suggested.voices.length > 0 ? suggested.voices : beginners },
      suggests: Object.values(missed).some(names => names.length > 0),
      settings,
    };
    const { plan, diagnostics } = await planInThread(script, facts, signal);
    const spoken = new Map(plan.units.map(({ name, voice }) => [name ?? null, voice]));
    return { plan, diagnostics, sounds, voices: spoken, settings };
  }

  /** Names to suggest from, of what something is missed of. */
  async #suggestedFrom(missed: Omit<ScriptNames, 'words'>, signal: AbortSignal | undefined) {
    return {
      voices: missed.voices.length > 0 ? await this.#voices.ids(signal) : [],
      effects: missed.effects.length > 0 ? [...this.#sounds.ids('effects')] : [],
      background: missed.background.length > 0 ? [...this.#sounds.ids('background')] : [],
    };
  }

  /** What stands in the wrong place, an effect after `bg` for instance, is known too, so that a finding can say where it belongs. */
  async #findElsewhere(
    { voices: speakers, effects, background, words }: ScriptNames,
    { cast, voices, sounds }: { cast: Cast; voices: Map<string, KnownVoice>; sounds: FoundSounds },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const loose = [...speakers, ...words];
    // Engines are asked for names that may well be voices, and not for each sound that is missed.
    const cued = [...effects, ...background].filter(name => Object.hasOwn(cast, name));
    const named = [...words, ...cued].slice(0, MAX_DIAGNOSTICS).map(name => idIn(cast, name));
    for (const [name, voice] of await this.#speakers(named, signal)) voices.set(name, voice);
    for (const [room, ids] of [
      ['effects', [...background, ...loose]],
      ['background', [...effects, ...loose]],
    ] as const) {
      const found = await this.#found(room, ids.slice(0, MAX_DIAGNOSTICS), signal);
      for (const [id, sound] of found) sounds[room].set(id, sound);
    }
  }

  /** Others have their turn in between: a script may name a hundred thousand. */
  async #found(
    room: SoundRoom,
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Map<string, ShelvedSound>> {
    const found = new Map<string, ShelvedSound>();
    for (const some of inTurns(ids)) {
      await nextTurn();
      signal?.throwIfAborted();
      for (const [id, sound] of this.#sounds.find(room, some)) found.set(id, sound);
    }
    return found;
  }

  /** By what was asked for, and by id, for that is how the default voice is found again. */
  async #speakers(names: readonly string[], signal: AbortSignal | undefined): Promise<Map<string, KnownVoice>> {
    const speakers = new Map<string, KnownVoice>();
    for (const some of inTurns([...new Set(names)])) {
      await nextTurn();
      const find = async (name: string) => [name, await this.#voices.find(name, signal)] as const;
      for (const [name, voice] of await Promise.all(some.map(find))) {
        if (voice !== undefined) speakers.set(name, voice).set(voice.id, voice);
      }
    }
    return speakers;
  }

  /**
   * Adds the voices of the cast to those that are known, or where there are none at all one that there is.
   *
   * @returns ids to propose from besides
   */
  async #beginners(
    cast: Cast,
    voices: Map<string, KnownVoice>,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    const add = async (names: readonly string[]) => {
      for (const [name, voice] of await this.#speakers(names, signal)) voices.set(name, voice);
    };
    await add(Object.values(cast).filter(id => !voices.has(id)));
    if (voices.size > 0) return [];
    const ids = await this.#voices.ids(signal);
    await add(ids.slice(0, 1));
    return ids;
  }
}

type Cast = Readonly<Record<string, string>>;
type FoundSounds = Record<SoundRoom, Map<string, ShelvedSound>>;

/** A cast is data: `constructor` is a name like any other. */
function idIn(cast: Cast, name: string): string {
  return Object.hasOwn(cast, name) ? cast[name]! : name;
}

function* inTurns(names: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < names.length; from += AT_ONCE) yield names.slice(from, from + AT_ONCE);
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
