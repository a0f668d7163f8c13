/** Names are at most this long; what is longer is near to none. */
const MAX_LENGTH = 64;

/**
 * The known name that was probably meant: at the smallest Damerau–Levenshtein distance (optimal string alignment), case and the
 * choice of `-`, `_`, space and dot left aside. At most a third of the name may differ, though always one character. Where nothing is
 * that near, the shortest name that goes on from what was written. Undefined where there is none of that either.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  if (written.length === 0 || written.length > MAX_LENGTH) return undefined;
  const wanted = plain(written);
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let longer: string | undefined;
  for (const name of known) {
    const candidate = plain(name);
    const distance = editDistance(wanted, candidate, best === undefined ? limit : limit - 1);
    if (distance !== undefined) [best, limit] = [name, distance];
    if (limit === 0 && best !== undefined) return best;
    if (wanted.length >= 3 && candidate.startsWith(wanted) && (longer === undefined || name.length < longer.length)) {
      longer = name;
    }
  }
  return best ?? longer;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ .]/g, '_');
}

/** Undefined where it is more than `limit`. */
export function editDistance(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return undefined;
    [before, above] = [above, row];
  }
  const distance = above[b.length]!;
  return distance <= limit ? distance : undefined;
}
