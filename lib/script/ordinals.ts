/** Numbers with a full stop that are read as `third` or `the Eighth`, in languages that write them so (1.1). */

const NUMBER = /(?:^|[^\p{L}\p{N}])(?:(?<word>\p{L}+) )?(?:(?<digits>\d{1,2})|(?<roman>[IVXLCDM]+))\.$/u;

/** What begins a sentence and can be no noun that is counted. */
const GERMAN_STARTS =
  /^(?:Ich|Du|Er|Sie|Es|Wir|Ihr|Man|Der|Die|Das|Ein|Eine|Und|Aber|Doch|Da|Dann|Als|Nun|So|Was|Wer|Wie|Wo)(?!\p{L})/u;
const GERMAN_COUNTED =
  /^(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Advent|Akt|Etage|Geburtstag|Jahr|Jh|Kapitel|Klasse|Lebensjahr|Stock|Weltkrieg)/u;
const GERMAN_BEFORE_ORDINAL = /^(?:am|im|der|die|das|den|dem|des|vom|zum|zur|beim|bis|ab|seit)$/i;
/** `Kapitel IV.` is the fourth, and nothing is said to follow. */
const GERMAN_BEFORE_CARDINAL = /^(?:Kapitel|Band|Buch|Teil|Akt|Szene|Abschnitt)$/u;

/**
 * Whether the text ends with a number that counts what follows. Told from the words around it: nouns have capitals in German, as the
 * beginnings of sentences do.
 *
 * @param before ends with a full stop
 * @param next what the text goes on with
 */
export function endsWithOrdinal(before: string, next: string, language: string): boolean {
  if (!/^de(?:-|$)/i.test(language)) return false;
  const { word = '', digits, roman } = NUMBER.exec(before)?.groups ?? {};
  if (GERMAN_STARTS.test(next)) return false;
  if (digits !== undefined) return GERMAN_COUNTED.test(next) || GERMAN_BEFORE_ORDINAL.test(word);
  return roman !== undefined && word !== '' && !GERMAN_BEFORE_CARDINAL.test(word);
}
