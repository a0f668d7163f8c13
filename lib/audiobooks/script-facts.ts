/** What a script is held against, as plain data that can be sent to a thread, and the reading of it. */
import { namesIn, type ScriptNames } from '#lib/script/names.ts';
import { parseScript } from '#lib/script/parse.ts';
import { planScript } from '#lib/script/plan.ts';
import type { CueDefaults, Diagnostic, KnownSound, KnownVoice, ScriptPlan } from '#lib/script/script.ts';

export interface ScriptFacts {
  cast: Readonly<Record<string, string>>;
  defaultVoice: string | undefined;
  /** By what a script calls them, and by id. */
  voices: ReadonlyMap<string, KnownVoice>;
  effects: ReadonlyMap<string, KnownSound>;
  background: ReadonlyMap<string, KnownSound>;
  /** To suggest from. */
  names: Readonly<Record<'voices' | 'effects' | 'background', readonly string[]>>;
  /** Something is not known, so that names are compared, which takes longer than all the rest. */
  suggests: boolean;
  settings: CueDefaults;
}

export interface ReadPlan {
  plan: ScriptPlan;
  diagnostics: Diagnostic[];
}

export function readNames(script: string): ScriptNames {
  return namesIn(parseScript(script));
}

export function readPlan(
  script: string,
  { cast, defaultVoice, voices, effects, background, names, settings }: ScriptFacts,
): ReadPlan {
  const sounds = { effects, background };
  return planScript(parseScript(script), {
    cast,
    defaultVoice,
    voice: id => voices.get(id),
    sound: (room, id) => sounds[room].get(id),
    names: what => names[what],
    settings,
  });
}
