/** Plans by hand: a test of the timeline says what a script comes to without a parser. */
import type {
  BedSettings,
  BedStep,
  EffectSettings,
  EffectStep,
  ScriptPlan,
  SpeechUnit,
  Step,
  StopStep,
} from '#lib/script/script.ts';
import { DEFAULT_GAPS, type Gaps } from './gaps.ts';
import { placeTimeline, type Placement, type SpokenUnit } from './place.ts';
import type { Timeline } from './timeline.ts';

const NOWHERE = { line: 1, column: 1, offset: 0 };
const SPAN = { start: NOWHERE, end: NOWHERE };
/** Hertz of everything, so that a second is a thousand frames. */
export const RATE = 1000;

type Part = { unit: Partial<SpeechUnit> } | { chapter: string } | Exclude<Step, { type: 'speech' | 'chapter' }>;

export function say(text: string, more: Partial<SpeechUnit> = {}): Part {
  return { unit: { text, ...more } };
}

export function pause(seconds: number): Part {
  return { type: 'pause', seconds, ...SPAN };
}

export function effect(sound: string, settings: Partial<EffectSettings> = {}): EffectStep {
  const defaults: EffectSettings = {
    volume: 0.8,
    fade_in: 0,
    fade_out: 0,
    start_at: 0,
    end_at: null,
    duration: null,
    delay: 0,
    pause_speech: false,
    pan: 0,
  };
  return { type: 'effect', sound, settings: { ...defaults, ...settings }, ...SPAN };
}

export function bed(sound: string, settings: Partial<BedSettings> = {}): BedStep {
  const defaults: BedSettings = {
    volume: 0.3,
    fade_in: 1,
    fade_out: 1,
    start_at: 0,
    end_at: null,
    loop: true,
    crossfade: 0.05,
    duck_speech: true,
    duck_level: 0.1,
    pan: 0,
  };
  return { type: 'bed', sound, settings: { ...defaults, ...settings }, ...SPAN };
}

export function stop(fade_out?: number): StopStep {
  return { type: 'stop', fade_out, ...SPAN };
}

export function planOf(...parts: Part[]): ScriptPlan {
  const plan: ScriptPlan = { chapters: [], units: [], steps: [] };
  for (const part of parts) {
    if ('chapter' in part) {
      plan.steps.push({ type: 'chapter', chapter: plan.chapters.length });
      plan.chapters.push({ title: part.chapter, ...SPAN });
    } else if ('unit' in part) {
      plan.steps.push({ type: 'speech', unit: plan.units.length });
      plan.units.push({
        text: 'One.',
        voice: 'a',
        name: 'a',
        speed: 1,
        pitch: 0,
        volume: 1,
        chapter: plan.chapters.length - 1,
        isTitle: false,
        boundary: plan.units.length === 0 ? 'start' : 'sentence',
        cues: [],
        ...SPAN,
        ...part.unit,
      });
    } else plan.steps.push(part);
  }
  return plan;
}

/** Every unit takes two seconds, an effect four and a bed ten, unless it is said otherwise. */
export function place(
  plan: ScriptPlan,
  more: {
    gaps?: Partial<Gaps>;
    spoken?: (unit: number) => Partial<SpokenUnit>;
    rate?: number;
    sounds?: Placement['sound'];
  } = {},
): Timeline {
  const { gaps, spoken = () => ({}), rate = RATE, sounds } = more;
  return placeTimeline({
    plan,
    spoken: unit => ({
      source: `speech ${unit}`,
      frames: 2000,
      sampleRate: 1000,
      lead: 0,
      words: undefined,
      ...spoken(unit),
    }),
    sound:
      sounds ??
      ((kind, id) => ({ source: `${kind} ${id}`, frames: kind === 'effects' ? 4000 : 10_000, sampleRate: 1000 })),
    gaps: { ...DEFAULT_GAPS, ...gaps },
    sampleRate: rate,
  });
}
