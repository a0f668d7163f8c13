/** Holds the names in tags against what is known (2.3, 2.4). */
import { STOP } from './commands.ts';
import { nearest } from './nearest.ts';
import { replacement } from './fix.ts';
import { written } from './quoting.ts';
import { type Report, shown } from './report.ts';
import { type Knowledge, type KnownSound, type KnownVoice, type SoundRoom } from './script.ts';
import { type TagNode } from './tree.ts';

/** Known names that are compared with wrong ones in one script: past that the rest go without a suggestion. */
const MAX_COMPARISONS = 300_000;

export class Lookup {
  readonly #knowledge: Knowledge;
  readonly #report: Report;
  #comparisons = 0;
  readonly #suggestions = new Map<string, string | undefined>();

  constructor(knowledge: Knowledge, report: Report) {
    this.#knowledge = knowledge;
    this.#report = report;
  }

  /** In the cast first, then among the ids. */
  voice({ value }: TagNode): KnownVoice | undefined {
    const { cast } = this.#knowledge;
    const chosen = Object.hasOwn(cast, value.text) ? cast[value.text] : undefined;
    const voice = this.#knowledge.voice(chosen ?? value.text);
    if (voice !== undefined) return voice;
    this.#report.add('script.unknown_voice', value, () => {
      if (chosen !== undefined) {
        return {
          message: `${shown(value.text)} is cast with the voice ${shown(chosen)}, which is not there. Choose another in the cast.`,
        };
      }
      return this.#finding('voices', value, `There is no voice ${shown(value.text)}, in the cast or among the voices.`);
    });
    return undefined;
  }

  sound(room: SoundRoom, tag: TagNode): KnownSound | undefined {
    const { value } = tag;
    const sound = this.#knowledge.sound(room, value.text);
    if (sound !== undefined) return sound;
    const [code, kind] =
      room === 'effects'
        ? (['script.unknown_effect', 'effect'] as const)
        : (['script.unknown_background', 'background'] as const);
    this.#report.add(code, value, () => this.#finding(room, value, `There is no ${kind} ${shown(value.text)}.`));
    return undefined;
  }

  #finding(room: 'voices' | SoundRoom, value: TagNode['value'], said: string) {
    const suggestion = this.#suggestion(room, value.text);
    return {
      message: suggestion === undefined ? `${said} ${REMEDIES[room]}` : `${said} Did you mean ${suggestion}?`,
      suggestion,
      fixes: suggestion === undefined ? [] : [replacement(`Use ${suggestion}`, value, written(suggestion))],
    };
  }

  #suggestion(room: 'voices' | SoundRoom, name: string): string | undefined {
    const key = `${room}/${name}`;
    if (this.#suggestions.has(key)) return this.#suggestions.get(key);
    const found = nearest(name, this.#names(room));
    this.#suggestions.set(key, found);
    return found;
  }

  *#names(room: 'voices' | SoundRoom): Generator<string> {
    if (room === 'voices') yield* Object.keys(this.#knowledge.cast);
    if (room === 'background') yield STOP;
    for (const name of this.#knowledge.names(room)) {
      if (this.#comparisons++ >= MAX_COMPARISONS) return;
      yield name;
    }
  }
}

const REMEDIES = {
  voices: 'Add the name to the cast, or use the id of a voice.',
  effects: 'Upload it to the library of effects, or use the id of one that is there.',
  background: 'Upload it to the library of backgrounds, or use the id of one that is there.',
};
