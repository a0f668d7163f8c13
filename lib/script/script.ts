/**
 * The contract of the script language: positions, diagnostics, and what a script comes to. Pure; runs in the browser too.
 *
 * A *script* is text with *tags*. A *tag* is `{{{command:value,flag:value}}}`. A *unit* is what a voice says in one breath of its
 * engine: a sentence, or a part of one. A *cue* is a tag that makes something happen: an effect, a bed, its end. A *cast* gives the names
 * in a script to voices.
 */

/** Line and column from 1, offset from 0 in UTF-16 units; of the text as it was given, with CRLF as two. */
export interface Position {
  line: number;
  column: number;
  offset: number;
}

/** `end` is exclusive. */
export interface Span {
  start: Position;
  end: Position;
}

export interface Diagnostic extends Span {
  /** A render refuses to start where there is an error. */
  severity: 'error' | 'warning';
  /** `script.unknown_voice`; see `diagnostic-codes.ts`. */
  code: string;
  /** What is wrong, then what to do, in one or two sentences. */
  message: string;
  /** The nearest name that is known, where there is one near. */
  suggestion?: string;
  /** The first is the likeliest. */
  fixes?: Fix[];
}

export interface Fix {
  /** For a button: `Use groan_01`. */
  title: string;
  /** In order of their places, none overlapping. */
  edits: { start: number; end: number; text: string }[];
}

/** What a script can be held against. Names are looked up, never listed as a whole: there may be a million sounds. */
export interface Knowledge {
  /** Names of this book → ids of voices. */
  cast: Readonly<Record<string, string>>;
  /** Id of the voice of text before any voice tag; undefined where the book has none. */
  defaultVoice?: string | undefined;
  voice(id: string): KnownVoice | undefined;
  sound(kind: SoundRoom, id: string): KnownSound | undefined;
  /** Names to suggest from; may be some of them only. */
  names(what: 'voices' | SoundRoom): Iterable<string>;
  /** The defaults of the server and the book (2.1). */
  settings: CueDefaults;
}

export type SoundRoom = 'effects' | 'background';

export interface KnownVoice {
  id: string;
  /** Its engine tells where each word is, so that a cue inside a sentence leaves the sentence whole (1.5). */
  marksWords: boolean;
}

/** A sound as far as a script depends on it; null where it leaves a field to the defaults. */
export interface KnownSound {
  /** Seconds, more than 0. */
  length: number;
  volume: number | null;
  fade_in: number | null;
  fade_out: number | null;
  start_at: number | null;
  end_at: number | null;
  duration: number | null;
  pause_speech: boolean | null;
  loop: boolean | null;
  crossfade: number | null;
  duck_speech: boolean | null;
  duck_level: number | null;
}

/** What stands between a book's settings and the built-in defaults: only what somebody chose. */
export interface CueDefaults {
  effects: Partial<Pick<EffectSettings, 'volume' | 'fade_in' | 'fade_out' | 'pause_speech'>>;
  background: Partial<
    Pick<BedSettings, 'volume' | 'fade_in' | 'fade_out' | 'loop' | 'crossfade' | 'duck_speech' | 'duck_level'>
  >;
}

/** How an effect plays, every default applied (2.1). Seconds and linear gains. */
export interface EffectSettings {
  volume: number;
  fade_in: number;
  fade_out: number;
  start_at: number;
  end_at: number | null;
  duration: number | null;
  delay: number;
  pause_speech: boolean;
  /** −1…1. */
  pan: number;
}

/** How a bed plays, every default applied (2.1). Seconds and linear gains. */
export interface BedSettings {
  volume: number;
  fade_in: number;
  fade_out: number;
  start_at: number;
  end_at: number | null;
  loop: boolean;
  crossfade: number;
  duck_speech: boolean;
  duck_level: number;
  /** −1…1. */
  pan: number;
}

/** What a script comes to, in order. */
export interface ScriptPlan {
  chapters: PlannedChapter[];
  units: SpeechUnit[];
  steps: Step[];
}

export interface PlannedChapter extends Span {
  title: string;
}

/** What happens at the cursor, one after the other (3.1). */
export type Step = { type: 'speech'; unit: number } | { type: 'chapter'; chapter: number } | PauseStep | CueStep;

/** Seconds of silence. */
export interface PauseStep extends Span {
  type: 'pause';
  seconds: number;
}

export type CueStep = EffectStep | BedStep | StopStep;

export interface EffectStep extends Span {
  type: 'effect';
  sound: string;
  settings: EffectSettings;
}

export interface BedStep extends Span {
  type: 'bed';
  sound: string;
  settings: BedSettings;
}

export interface StopStep extends Span {
  type: 'stop';
  /** Seconds; undefined takes that of the bed. */
  fade_out: number | undefined;
}

export interface SpeechUnit extends Span {
  /** As it is given to an engine: one line, single spaces, never empty. */
  text: string;
  /** Id of the voice. */
  voice: string;
  /** As the script calls it: a name of the cast, or the id; undefined for the default voice. */
  name: string | undefined;
  /** Times the voice's own rate, 0.5…2. */
  speed: number;
  /** Semitones, −12…12. */
  pitch: number;
  /** Linear gain 0…4. */
  volume: number;
  /** Index into the plan's chapters; −1 before the first. */
  chapter: number;
  /** It is the title of its chapter. */
  isTitle: boolean;
  /**
   * What lies between it and the unit before: `inside` is a split within a sentence, which has no gap (3.2). The first unit of a
   * script has `start`. A change of voice is told by the voices.
   */
  boundary: 'start' | 'inside' | 'sentence' | 'paragraph' | 'chapter';
  /** Cues that act while it is spoken, in order (1.5). */
  cues: {
    /** UTF-16 position in `text` where the word before the tag ends. */
    at: number;
    step: CueStep;
  }[];
}
