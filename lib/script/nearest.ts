/** Names are at most this long; what is longer is near to none. */
const MAX_LENGTH = 64;

/** What looking for near names may still cost: about one for each character of one name that is held against one of another. */
export interface Work {
  left: number;
}

/**
 * The known name that was probably meant: at the smallest Damerau–Levenshtein distance (optimal string alignment), case and the
 * choice of `-`, `_`, space and dot left aside. At most a third of the name may differ, though always one character. Where nothing is
 * that near, the shortest name that goes on from what was written. Undefined where there is none of that either.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  return new KnownNames(known).nearest(written);
}

/** Names of which many may be asked to be near to something. */
export class KnownNames {
  readonly #names: readonly { name: string; plain: string; letters: number }[];
  readonly #work: Work;

  /** @param work where it is used up, what has been looked at is all there is */
  constructor(known: Iterable<string>, work: Work = { left: Infinity }) {
    this.#names = Array.from(known, name => ({ name, plain: plain(name), letters: lettersOf(plain(name)) }));
    this.#work = work;
  }

  /** As {@link nearest} */
  nearest(written: string): string | undefined {
    if (written.length === 0 || written.length > MAX_LENGTH) return undefined;
    const wanted = plain(written);
    const letters = lettersOf(wanted);
    let limit = Math.max(1, Math.floor(wanted.length / 3));
    let best: string | undefined;
    let longer: string | undefined;
    for (const { name, plain: candidate, letters: others } of this.#names) {
      if (--this.#work.left < 0) break;
      const most = best === undefined ? limit : limit - 1;
      // Each letter that only one of them has takes a change.
      const isFar = countOfOnes(letters & ~others) > most || countOfOnes(others & ~letters) > most;
      const distance = isFar ? undefined : editDistance(wanted, candidate, most, this.#work);
      if (distance !== undefined) [best, limit] = [name, distance];
      if (limit === 0 && best !== undefined) return best;
      if (wanted.length >= 3 && (longer === undefined || name.length < longer.length) && candidate.startsWith(wanted)) {
        longer = name;
      }
    }
    return best ?? longer;
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ .]/g, '_');
}

/** A bit for each letter that a name has; letters that share one are taken for the same. */
function lettersOf(name: string): number {
  let letters = 0;
  for (let at = 0; at < name.length; at++) letters |= 1 << (name.charCodeAt(at) & 31);
  return letters;
}

function countOfOnes(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/**
 * Undefined where it is more than `limit`. Of the table only what lies within `limit` of its diagonal is made: whatever goes further out
 * is longer.
 *
 * @param work is made less by the cells of the table that were needed
 */
export function editDistance(a: string, b: string, limit: number, work: Work = { left: Infinity }): number | undefined {
  if (limit < 0 || Math.abs(a.length - b.length) > limit) return undefined;
  const far = limit + 1;
  let [before, above, row] = rowsFor(b.length);
  for (let j = 0; j <= Math.min(b.length, far); j++) above[j] = Math.min(j, far);
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    const letter = a.charCodeAt(i - 1);
    let least = (row[from - 1] = from === 1 ? Math.min(i, far) : far);
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (letter === other ? 0 : 1));
      const swapped = i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other;
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    if (to < b.length) row[to + 1] = far;
    work.left -= to - from + 1;
    if (least > limit) return undefined;
    [before, above, row] = [above, row, before];
  }
  const distance = above[b.length]!;
  return distance <= limit ? distance : undefined;
}

type Rows = [Uint32Array, Uint32Array, Uint32Array];
let rows: Rows = newRows(2 * MAX_LENGTH);

/** The same ones each time, for a distance is short work. What stands in them is of no meaning. */
function rowsFor(length: number): Rows {
  if (rows[0].length <= length) rows = newRows(2 * length);
  return rows;
}

function newRows(length: number): Rows {
  return [new Uint32Array(length + 1), new Uint32Array(length + 1), new Uint32Array(length + 1)];
}
