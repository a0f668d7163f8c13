/** What a script comes to in numbers, before anything is spoken. */
import { clipShape } from '#lib/audio/clip-envelope.ts';
import { DEFAULT_GAPS, gapBefore, type Gaps } from '#lib/timeline/gaps.ts';
import { type EffectStep, type ScriptPlan, type SoundRoom } from './script.ts';

/** Of a narrator, at speed 1: audiobooks are read at 150 to 160. */
export const WORDS_PER_MINUTE = 155;
/** Where words are not parted by spaces two signs take about as long as a word. */
const SIGNS_PER_WORD = 2;

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu;

/**
 * Seconds the book will take, roughly: words at {@link WORDS_PER_MINUTE} over the speed of their voice, gaps and pauses as they are, and
 * effects that pause speech. Good to a fifth for one language and voice; a render measures.
 *
 * @param lengthOf seconds of an effect; one that is not known counts as its `duration`, or not at all
 */
export function estimateSeconds(
  { units, steps }: ScriptPlan,
  {
    gaps = DEFAULT_GAPS,
    lengthOf = () => undefined,
  }: { gaps?: Gaps; lengthOf?: (effect: string) => number | undefined } = {},
): number {
  let seconds = 0;
  let silence: number | undefined;
  let voice: string | undefined;
  for (const step of steps) {
    if (step.type === 'pause') silence = (silence ?? 0) + step.seconds;
    if (step.type === 'effect' && step.settings.pause_speech) silence = (silence ?? 0) + effectSeconds(step, lengthOf);
    if (step.type !== 'speech') continue;
    const unit = units[step.unit]!;
    seconds += silence ?? gapBefore(unit.boundary, voice !== undefined && voice !== unit.voice, gaps);
    seconds += (wordsIn(unit.text) / WORDS_PER_MINUTE) * (60 / unit.speed);
    silence = undefined;
    voice = unit.voice;
  }
  if (seconds === 0 && silence === undefined) return 0;
  return gaps.head + seconds + (silence ?? 0) + gaps.tail;
}

function effectSeconds({ sound, settings }: EffectStep, lengthOf: (effect: string) => number | undefined): number {
  const length = lengthOf(sound) ?? settings.duration ?? 0;
  return settings.delay + clipShape({ ...settings, loop: false, crossfade: 0 }, length).placed;
}

function wordsIn(text: string): number {
  const signs = text.match(UNSPACED)?.length ?? 0;
  const spaced = signs === 0 ? text : text.replaceAll(UNSPACED, ' ');
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
