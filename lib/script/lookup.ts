/** Holds the names in tags against what is known (2.3, 2.4). */
import { STOP } from './commands.ts';
import { kindsOf, useAs } from './name-kinds.ts';
import { KnownNames } from './nearest.ts';
import { replacement } from './fix.ts';
import { written } from './quoting.ts';
import { type Report, shown } from './report.ts';
import { type Knowledge, type KnownSound, type KnownVoice, type SoundRoom } from './script.ts';
import { type TagNode } from './tree.ts';

/**
 * Steps that the suggestions of one script may take, which is a tenth of a second: past that the rest go without. A thousand wrong names
 * of usual length against ten thousand known ones need about as many.
 */
const MAX_WORK = 10_000_000;

export class Lookup {
  readonly #knowledge: Knowledge;
  readonly #report: Report;
  readonly #work = { left: MAX_WORK };
  readonly #known = new Map<string, KnownNames>();
  readonly #suggestions = new Map<string, string | undefined>();

  constructor(knowledge: Knowledge, report: Report) {
    this.#knowledge = knowledge;
    this.#report = report;
  }

  /** In the cast first, then among the ids. */
  voice(tag: TagNode): KnownVoice | undefined {
    const { value } = tag;
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
      return this.#finding('voices', tag, `There is no voice ${shown(value.text)}, in the cast or among the voices.`);
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
    this.#report.add(code, value, () => this.#finding(room, tag, `There is no ${kind} ${shown(value.text)}.`));
    return undefined;
  }

  #finding(room: 'voices' | SoundRoom, { start, value }: TagNode, said: string) {
    const suggestion = this.#suggestion(room, value.text);
    const kinds = kindsOf(value.text, this.#knowledge);
    const place = { start: start + 3, end: value.end };
    const remedy = suggestion === undefined ? REMEDIES[room] : `Did you mean ${suggestion}?`;
    const [kind] = kinds;
    return {
      message: `${said} ${kind === undefined ? remedy : `There is ${kind.what} of that name: use ${kind.command}.`}`,
      suggestion,
      fixes: [
        ...kinds.map(one => useAs(one, value.text, place)),
        ...(suggestion === undefined ? [] : [replacement(`Use ${suggestion}`, value, written(suggestion))]),
      ],
    };
  }

  #suggestion(room: 'voices' | SoundRoom, name: string): string | undefined {
    const key = `${room}/${name}`;
    if (this.#suggestions.has(key)) return this.#suggestions.get(key);
    const found = this.#names(room).nearest(name);
    this.#suggestions.set(key, found);
    return found;
  }

  /** Gathered once, where a name is not known. */
  #names(room: 'voices' | SoundRoom): KnownNames {
    let names = this.#known.get(room);
    if (names === undefined) {
      const first = room === 'voices' ? Object.keys(this.#knowledge.cast) : room === 'background' ? [STOP] : [];
      names = new KnownNames([...first, ...this.#knowledge.names(room)], this.#work);
      this.#known.set(room, names);
    }
    return names;
  }
}

const REMEDIES = {
  voices: 'Add the name to the cast, or use the id of a voice.',
  effects: 'Upload it to the library of effects, or use the id of one that is there.',
  background: 'Upload it to the library of backgrounds, or use the id of one that is there.',
};
