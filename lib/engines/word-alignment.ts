/**
 * Which sounds belong to which word.
 *
 * The engine tells what sounds it makes, not of which words. Each word spoken by itself tells what sounds it has; in a sentence some change
 * ("the" before a vowel, "IV" behind a king). So both rows are laid side by side at the least cost, and a border between two words
 * counts only where it is beyond doubt. Where one border is in doubt there is no answer: no mark is better than a wrong one.
 */

/** Sounds of a word, as positions in the row of all sounds; end exclusive, at least one. */
export interface SoundSpan {
  from: number;
  to: number;
}

const VOWELS = new Set('aa ae ah ao aw ax axr ay eh el em en er ey ih ix iy ow oy uh uw'.split(' '));

const COST = { same: 0, vowelForVowel: 1, other: 3, gap: 2 } as const;
/** How far the rows may be apart, in sounds. */
const BAND = 64;

/**
 * @param words the sounds of each word by itself, at least one each
 * @param sounds those of the sentence
 */
export function alignWords(words: readonly (readonly string[])[], sounds: readonly string[]): SoundSpan[] | undefined {
  const alone = words.flat();
  const partner = pair(alone, sounds);
  if (partner === undefined) return undefined;
  let start = 0;
  const matches = words.map(word => {
    start += word.length;
    return matchOf(word, start - word.length, partner, sounds);
  });
  return borders(matches, sounds.length);
}

interface Match {
  span: SoundSpan | undefined;
  /** It could not as well be another place: several sounds, most of them the very same. */
  firm: boolean;
}

/** Where the word is found as it is by itself, with other vowels at most. */
function matchOf(word: readonly string[], start: number, partner: Int32Array, sounds: readonly string[]): Match {
  const from = partner[start]!;
  const inOneRow = word.every((_, n) => from >= 0 && partner[start + n] === from + n);
  const cost = inOneRow ? word.map((sound, n) => costOf(sound, sounds[from + n]!)) : [COST.other];
  if (cost.some(one => one > COST.vowelForVowel)) return { span: undefined, firm: false };
  const same = cost.filter(one => one === COST.same).length;
  return { span: { from, to: from + word.length }, firm: word.length >= 2 && same * 2 >= word.length };
}

function borders(matches: readonly Match[], end: number): SoundSpan[] | undefined {
  const at: number[] = [0];
  for (let n = 1; n < matches.length; n += 1) {
    const [before, after] = [matches[n - 1]!, matches[n]!];
    const beyondDoubt = before.span && after.span ? before.span.to === after.span.from : before.firm || after.firm;
    if (!beyondDoubt) return undefined;
    at.push(before.span?.to ?? after.span!.from);
  }
  at.push(end);
  const spans = matches.map((_, n) => ({ from: at[n]!, to: at[n + 1]! }));
  const agree = spans.every(({ from, to }, n) => {
    const { span } = matches[n]!;
    return to > from && (span === undefined || (span.from === from && span.to === to));
  });
  return agree ? spans : undefined;
}

function costOf(one: string, other: string): number {
  if (one === other) return COST.same;
  return VOWELS.has(one) && VOWELS.has(other) ? COST.vowelForVowel : COST.other;
}

/**
 * The cheapest alignment of two rows (Needleman and Wunsch, 1970) within {@link BAND} of the diagonal: for each of `a` the position of
 * its partner in `b`, or −1. Undefined where the rows differ in length by more than the band.
 */
function pair(a: readonly string[], b: readonly string[]): Int32Array | undefined {
  if (Math.abs(a.length - b.length) >= BAND) return undefined;
  const width = 2 * BAND + 1;
  const [diagonal, up, left] = [0, 1, 2];
  const steps = new Uint8Array((a.length + 1) * width);
  let above = new Float64Array(width).fill(Infinity);
  for (let i = 0; i <= a.length; i += 1) {
    const row = new Float64Array(width).fill(Infinity);
    for (let k = 0; k < width; k += 1) {
      const j = i + k - BAND;
      if (j < 0 || j > b.length) continue;
      if (i === 0 && j === 0) {
        row[k] = 0;
        continue;
      }
      // A row lies one column further left than the one above it.
      const costs = [
        i > 0 && j > 0 ? above[k]! + costOf(a[i - 1]!, b[j - 1]!) : Infinity,
        i > 0 && k + 1 < width ? above[k + 1]! + COST.gap : Infinity,
        j > 0 && k > 0 ? row[k - 1]! + COST.gap : Infinity,
      ];
      const step = costs.indexOf(Math.min(...costs));
      row[k] = costs[step]!;
      steps[i * width + k] = step;
    }
    above = row;
  }
  const partner = new Int32Array(a.length).fill(-1);
  for (let [i, j] = [a.length, b.length]; i > 0 || j > 0;) {
    const step = steps[i * width + (j - i + BAND)];
    if (step === diagonal) partner[i - 1] = j - 1;
    if (step !== left) i -= 1;
    if (step !== up) j -= 1;
  }
  return partner;
}
