/** What a name is that does not stand where it belongs: a bed after `sfx`, a voice without `voice`. */
import { replacement } from './fix.ts';
import { loneWord } from './names.ts';
import { written } from './quoting.ts';
import { shown } from './report.ts';
import { type Diagnostic, type Fix, type Knowledge } from './script.ts';
import { type CommandName, type ParsedScript, type Stretch } from './tree.ts';

export interface NameKind {
  command: CommandName;
  /** With its article. */
  what: string;
}

/** Everything that is called so, the likeliest first. */
export function kindsOf(name: string, knowledge: Knowledge): NameKind[] {
  const id = Object.hasOwn(knowledge.cast, name) ? knowledge.cast[name]! : name;
  return [
    ...(knowledge.voice(id) ? [{ command: 'voice', what: 'a voice' } as const] : []),
    ...(knowledge.sound('effects', name) ? [{ command: 'sfx', what: 'an effect' } as const] : []),
    ...(knowledge.sound('background', name) ? [{ command: 'bg', what: 'a background' } as const] : []),
  ];
}

/** @param place from the command to the end of the name */
export function useAs({ command }: NameKind, name: string, place: Stretch): Fix {
  const put = `${command}:${written(name)}`;
  return replacement(`Use ${put}`, place, put);
}

/** What the parser found, with what the names of tags that hold nothing else are. */
export function withKinds({ text, diagnostics }: ParsedScript, knowledge: Knowledge): Diagnostic[] {
  let known: Diagnostic | undefined;
  return diagnostics.flatMap(found => {
    // That there is no value either is no news then.
    if (found.code === 'script.missing_value' && found.start.offset === known?.start.offset) return [];
    if (found.code !== 'script.unknown_command') return [found];
    known = namedAlone(text, found, knowledge);
    return [known ?? found];
  });
}

function namedAlone(text: string, found: Diagnostic, knowledge: Knowledge): Diagnostic | undefined {
  const place = { start: found.start.offset, end: found.end.offset };
  const close = text.indexOf('}}}', place.end);
  const [word] = loneWord(`{{{${text.slice(place.start, close + 3)}`);
  const kinds = word === undefined ? [] : kindsOf(word, knowledge);
  if (word === undefined || kinds.length === 0) return undefined;
  return {
    ...found,
    message: `${shown(word)} is ${kinds.map(({ what }) => what).join(' and ')}. A tag begins with a command, as in ${kinds[0]!.command}:${word}.`,
    suggestion: kinds[0]!.command,
    fixes: kinds.map(kind => useAs(kind, word, place)),
  };
}
