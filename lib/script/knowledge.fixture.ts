/** What tests know: a few voices and sounds, whatever a test wants to differ. */
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';
import { type Diagnostic, type Knowledge, type KnownSound, type ScriptPlan } from './script.ts';

export const SOUND: KnownSound = {
  length: 10,
  volume: null,
  fade_in: null,
  fade_out: null,
  start_at: null,
  end_at: null,
  duration: null,
  pause_speech: null,
  loop: null,
  crossfade: null,
  duck_speech: null,
  duck_level: null,
};

export interface Known extends Partial<Omit<Knowledge, 'voice' | 'sound' | 'names'>> {
  /** Ids. */
  voices?: readonly string[];
  /** Engines tell where words are. */
  marksWords?: boolean;
  effects?: Readonly<Record<string, Partial<KnownSound>>>;
  background?: Readonly<Record<string, Partial<KnownSound>>>;
}

/** Knows `voice:a`, `sfx:door` and `bg:rain` unless it is said otherwise; sounds are ten seconds long. */
export function knowing({
  voices = ['a'],
  marksWords = true,
  effects = { door: {} },
  background = { rain: {} },
  ...more
}: Known = {}): Knowledge {
  const rooms = { effects, background };
  return {
    cast: {},
    settings: { effects: {}, background: {} },
    voice: id => (voices.includes(id) ? { id, marksWords } : undefined),
    sound: (room, id) => (Object.hasOwn(rooms[room], id) ? { ...SOUND, ...rooms[room][id] } : undefined),
    names: what => (what === 'voices' ? voices : Object.keys(rooms[what])),
    ...more,
  };
}

export function planned(script: string, known?: Known): { plan: ScriptPlan; diagnostics: Diagnostic[] } {
  return planScript(parseScript(script), knowing(known));
}

/** What happens, a line each: the text of a unit, with `|` and the cue where one acts in it, or the kind of step. */
export function outline({ plan }: { plan: ScriptPlan }): string[] {
  return plan.steps.map(step => {
    if (step.type === 'chapter') return `# ${plan.chapters[step.chapter]!.title}`;
    if (step.type === 'pause') return `pause ${step.seconds}`;
    if (step.type === 'stop') return 'stop';
    if (step.type !== 'speech') return `${step.type} ${step.sound}`;
    const { text, voice, cues } = plan.units[step.unit]!;
    let said = text;
    for (const cue of cues.toReversed()) said = `${said.slice(0, cue.at)}|${cue.step.type}|${said.slice(cue.at)}`;
    return `${voice}: ${said}`;
  });
}

/** Severity, code and the text it is about. */
export function findings(script: string, diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ severity, code, start, end }) =>
      `${severity} ${code.replace('script.', '')} at ${script.slice(start.offset, end.offset)}`,
  );
}

/** The texts of the units, with default voice `a`. */
export function said(script: string, known: Known = {}): string[] {
  return planned(script, { defaultVoice: 'a', ...known }).plan.units.map(({ text }) => text);
}

export function boundaries(script: string, known: Known = {}): string[] {
  return planned(script, { defaultVoice: 'a', ...known }).plan.units.map(
    ({ boundary, text }) => `${boundary}: ${text}`,
  );
}

export function found(script: string, known: Known = {}): string[] {
  return findings(script, planned(script, { defaultVoice: 'a', ...known }).diagnostics);
}
