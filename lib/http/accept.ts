/** Which of the offered media types the client prefers (RFC 9110, 12.5.1): by its weights, and the first of those that it likes as much. */
export function preferredType<T extends string>(accept: string | null, offered: readonly [T, ...T[]]): T {
  const ranges = rangesOf(accept ?? '');
  const weights = offered.map(type => weightOf(type, ranges));
  const most = Math.max(...weights);
  // Nothing fits: the first is better than nothing.
  return (most > 0 ? offered[weights.indexOf(most)] : undefined) ?? offered[0];
}

interface MediaRange {
  type: string;
  weight: number;
}

function rangesOf(accept: string): MediaRange[] {
  return accept
    .toLowerCase()
    .split(',')
    .map(range => {
      const [type = '', ...parameters] = range.split(';').map(part => part.trim());
      const q = parameters.find(parameter => parameter.startsWith('q='))?.slice(2);
      const weight = q === undefined ? 1 : Number(q);
      return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 };
    });
}

/** Of the most specific ranges that fit, the best: one type may be named in several versions. */
function weightOf(type: string, ranges: readonly MediaRange[]): number {
  for (const range of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const fitting = ranges.filter(one => one.type === range).map(one => one.weight);
    if (fitting.length > 0) return Math.max(...fitting);
  }
  return 0;
}
