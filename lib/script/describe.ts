/** What a script comes to in numbers, before anything is spoken. */
import { DEFAULT_GAPS, type Gaps } from '#lib/timeline/gaps.ts';
import { placeTimeline } from '#lib/timeline/place.ts';
import { UNSPACED } from './characters.ts';
import { type ScriptPlan, type SoundRoom } from './script.ts';

/** Of a narrator, at speed 1: audiobooks are read at 150 to 160. */
export const WORDS_PER_MINUTE = 155;
/** Where words are not parted by spaces two signs take about as long as a word. */
const SIGNS_PER_WORD = 2;

const SIGN = new RegExp(UNSPACED, 'gu');
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu;

/** Frames a second; what is estimated is as exact as that. */
const RATE = 24_000;

/**
 * Seconds the book will take: its timeline, with words at {@link WORDS_PER_MINUTE} over the speed of their voice in the place of speech. Good
 * to a fifth for one language and voice; a render measures.
 *
 * @param lengthOf seconds of an effect; one that is not known is not heard. Beds are taken to play until they are ended
 */
export function estimateSeconds(
  plan: ScriptPlan,
  {
    gaps = DEFAULT_GAPS,
    lengthOf = () => undefined,
  }: { gaps?: Gaps; lengthOf?: (effect: string) => number | undefined } = {},
): number {
  const recording = (seconds: number) => ({ source: '', frames: Math.round(seconds * RATE), sampleRate: RATE });
  const { frames } = placeTimeline({
    plan,
    spoken: index => {
      const { text, speed } = plan.units[index]!;
      return { ...recording((wordsIn(text) / WORDS_PER_MINUTE) * (60 / speed)), lead: 0, words: undefined };
    },
    sound: (room, id) => recording(room === 'effects' ? (lengthOf(id) ?? 0) : Infinity),
    gaps,
    sampleRate: RATE,
  });
  return frames / RATE;
}

function wordsIn(text: string): number {
  const signs = text.match(SIGN)?.length ?? 0;
  const spaced = signs === 0 ? text : text.replaceAll(SIGN, ' ');
  return (spaced.match(WORD)?.length ?? 0) + signs / SIGNS_PER_WORD;
}

export interface PlanSummary {
  chapters: number;
  units: number;
  /** With the number of units each one says, in order of appearance. */
  voices: { voice: string; name: string | undefined; units: number }[];
  /** With the number of tags that play each one, in order of appearance. */
  sounds: { kind: SoundRoom; id: string; uses: number }[];
}

export function describePlan({ chapters, units, steps }: ScriptPlan): PlanSummary {
  const voices = new Map<string, PlanSummary['voices'][number]>();
  for (const { voice, name } of units) {
    const key = `${voice}\n${name ?? ''}`;
    const entry = voices.get(key) ?? { voice, name, units: 0 };
    voices.set(key, { ...entry, units: entry.units + 1 });
  }
  const sounds = new Map<string, PlanSummary['sounds'][number]>();
  // Cues within a sentence come after what stands between units; a second pass over the steps keeps the order of the script.
  const cues = steps.flatMap(step => (step.type === 'speech' ? units[step.unit]!.cues.map(cue => cue.step) : [step]));
  for (const step of cues) {
    if (step.type !== 'effect' && step.type !== 'bed') continue;
    const kind = step.type === 'effect' ? 'effects' : 'background';
    const key = `${kind}/${step.sound}`;
    const entry = sounds.get(key) ?? { kind, id: step.sound, uses: 0 };
    sounds.set(key, { ...entry, uses: entry.uses + 1 });
  }
  return { chapters: chapters.length, units: units.length, voices: [...voices.values()], sounds: [...sounds.values()] };
}
