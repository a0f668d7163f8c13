import type { SpokenText } from './spoken-text.ts';

/**
 * What a sentence may weigh. The engine holds one sentence at a time, 0.4 MB for each second of it; this much is about 30 s at the
 * voice's own rate and two minutes at the slowest.
 */
const MAX_WEIGHT = 400;
/** A digit or sign may become a word of its own. */
const WEIGHT_OF_SIGN = 6;

/**
 * The same text with blank lines in sentences that are too long, where a listener minds them least: behind the last comma or other mark,
 * else between words, else anywhere. flite makes a pause there.
 */
export function divideSpeech(spoken: SpokenText): SpokenText {
  const cuts = findCuts(spoken.text);
  if (cuts.length === 0) return spoken;
  const { length } = spoken.text;
  const pieces: string[] = [];
  const origin: number[] = [];
  let from = 0;
  for (const cut of [...cuts, length]) {
    const piece = spoken.text.slice(from, cut);
    if (from > 0) {
      pieces.push('\n\n');
      origin.push(from - 1, from - 1);
    }
    pieces.push(piece);
    for (let n = from; n < cut; n += 1) origin.push(n);
    from = cut;
  }
  const take = (positions: Uint32Array) => Uint32Array.from(origin, n => positions[n]!);
  return { text: pieces.join(''), from: take(spoken.from), to: take(spoken.to) };
}

/** Positions before which a blank line belongs. */
function findCuts(text: string): number[] {
  const cuts: number[] = [];
  let start = 0;
  let weight = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (endsSentence(text, at)) {
      start = at;
      weight = 0;
    }
    weight += /[A-Za-z\s]/.test(text[at]!) ? 1 : WEIGHT_OF_SIGN;
    if (weight <= MAX_WEIGHT) continue;
    const cut = bestCut(text, start, at);
    cuts.push(cut);
    start = cut;
    at = cut - 1;
    weight = 0;
  }
  return cuts;
}

/** As flite sees it, or stricter: a sentence that it does not end here would go on and weigh more. */
function endsSentence(text: string, at: number): boolean {
  return (
    text.startsWith('\n\n', at) || (/\s/.test(text[at]!) && /[!?:]["')]*$/.test(text.slice(Math.max(0, at - 4), at)))
  );
}

function bestCut(text: string, start: number, end: number): number {
  // Not so near to the start that pauses follow each other.
  const earliest = start + (end - start) / 3;
  for (const place of [/[.,;)"](?=\s)/, /\s/]) {
    for (let at = end; at > earliest; at -= 1) {
      if (place.test(text.slice(at - 1, at + 1))) return at;
    }
  }
  return end;
}
