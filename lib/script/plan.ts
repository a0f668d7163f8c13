/** What a script comes to, held against what is known: who says what, and what happens in between (1.5, 2, 3.2). */
import { checkClip } from './check-clip.ts';
import { secondsOf, settingsIn } from './check-tag.ts';
import { isStop } from './commands.ts';
import { bedSettings, effectSettings } from './cue-settings.ts';
import { divide } from './divide.ts';
import { Lines } from './lines.ts';
import { Lookup } from './lookup.ts';
import { blocksOf, type ChapterBlock, type Passage } from './passages.ts';
import { type Piece, piecesOf, type Reading, type TagMeaning } from './pieces.ts';
import { nothingToPlay, chapterWithoutText, stopWithoutBed, textWithoutVoice } from './plan-findings.ts';
import { Report } from './report.ts';
import { type Diagnostic, type Knowledge, type ScriptPlan, type Span, type SpeechUnit } from './script.ts';
import { type ParsedScript, type Stretch, type TagNode } from './tree.ts';

/** From one voice tag to the next. */
interface Speaker {
  voice: string;
  name: string | undefined;
  speed: number;
  pitch: number;
  volume: number;
  marksWords: boolean;
}

/** Weakest first: of what lies between two units the strongest counts. */
const BOUNDARIES = ['inside', 'sentence', 'paragraph', 'chapter'] as const;
type Boundary = (typeof BOUNDARIES)[number];

/**
 * Never throws. With errors the plan is what can still be planned: text without a voice and tags that are wrong are left out.
 *
 * @param language BCP 47; sentences and abbreviations follow it
 * @returns all diagnostics, those of the parser included, in the order of the script
 */
export function planScript(
  parsed: ParsedScript,
  knowledge: Knowledge,
  { language = 'en' }: { language?: string } = {},
): { plan: ScriptPlan; diagnostics: Diagnostic[] } {
  const planner = new Planner(parsed, knowledge, language);
  const plan = planner.plan();
  return { plan, diagnostics: planner.diagnostics() };
}

class Planner implements Reading<Speaker | undefined> {
  /** Undefined where text has no voice. */
  speaker: Speaker | undefined;
  readonly #parsed: ParsedScript;
  readonly #knowledge: Knowledge;
  readonly #language: string;
  readonly #lines: Lines;
  readonly #report: Report;
  readonly #lookup: Lookup;
  readonly #plan: ScriptPlan = { chapters: [], units: [], steps: [] };
  #boundary: Boundary = 'inside';
  #bedPlays = false;
  /** Text without a voice was found, or a voice that is not known, after which it is no news. */
  #voiceIsMissed = false;
  #chapterHasText = true;

  constructor(parsed: ParsedScript, knowledge: Knowledge, language: string) {
    this.#parsed = parsed;
    this.#knowledge = knowledge;
    this.#language = language;
    this.#lines = new Lines(parsed.text);
    this.#report = new Report(this.#lines);
    this.#lookup = new Lookup(knowledge, this.#report);
    this.speaker = this.#defaultSpeaker();
  }

  plan(): ScriptPlan {
    for (const block of blocksOf(this.#parsed.nodes, tag => settingsIn(tag)['speak'] !== false)) {
      if (block.type === 'chapter') this.#beginChapter(block);
      else this.#say(block.passage);
    }
    this.#endChapter();
    return this.#plan;
  }

  diagnostics(): Diagnostic[] {
    const { diagnostics } = this.#parsed;
    const found = this.#report.diagnostics(diagnostics);
    const plays = this.#plan.units.length > 0 || this.#plan.steps.some(({ type }) => type === 'effect');
    if (plays || found.some(({ severity }) => severity === 'error')) return found;
    nothingToPlay(this.#parsed.text, this.#report);
    return this.#report.diagnostics(diagnostics);
  }

  marksWords(speaker: Speaker | undefined): boolean {
    return speaker?.marksWords ?? false;
  }

  meaning(tag: TagNode): TagMeaning<Speaker | undefined> {
    switch (tag.command) {
      case 'voice':
        return this.#voice(tag);
      case 'sfx':
        return this.#effect(tag);
      case 'bg':
        return isStop(tag) ? this.#stop(tag) : this.#bed(tag);
      case 'pause': {
        const seconds = secondsOf(tag);
        return seconds === undefined ? undefined : { step: { type: 'pause', seconds, ...this.#span(tag) } };
      }
      case 'chapter':
        // Chapters part passages, so none is inside of one.
        return undefined;
    }
  }

  #defaultSpeaker(): Speaker | undefined {
    const { defaultVoice } = this.#knowledge;
    const voice = defaultVoice === undefined ? undefined : this.#knowledge.voice(defaultVoice);
    return voice && { voice: voice.id, name: undefined, speed: 1, pitch: 0, volume: 1, marksWords: voice.marksWords };
  }

  #voice(tag: TagNode): TagMeaning<Speaker> {
    const voice = this.#lookup.voice(tag);
    if (voice === undefined) {
      this.#voiceIsMissed = true;
      return undefined;
    }
    const { id, marksWords } = voice;
    const settings = { speed: 1, pitch: 0, volume: 1, ...(settingsIn(tag) as Partial<Speaker>) };
    return { speaker: { voice: id, name: tag.value.text, marksWords, ...settings } };
  }

  #effect(tag: TagNode): TagMeaning<Speaker> {
    const sound = this.#lookup.sound('effects', tag);
    if (sound === undefined) return undefined;
    const settings = effectSettings(settingsIn(tag), sound, this.#knowledge.settings.effects);
    checkClip(tag, settings, sound, this.#report);
    return { step: { type: 'effect', sound: tag.value.text, settings, ...this.#span(tag) } };
  }

  #bed(tag: TagNode): TagMeaning<Speaker> {
    this.#bedPlays = true;
    const sound = this.#lookup.sound('background', tag);
    if (sound === undefined) return undefined;
    const settings = bedSettings(settingsIn(tag), sound, this.#knowledge.settings.background);
    checkClip(tag, settings, sound, this.#report);
    return { step: { type: 'bed', sound: tag.value.text, settings, ...this.#span(tag) } };
  }

  #stop(tag: TagNode): TagMeaning<Speaker> {
    if (!this.#bedPlays) stopWithoutBed(tag, this.#report);
    this.#bedPlays = false;
    const { fade_out } = settingsIn(tag) as { fade_out?: number };
    return { step: { type: 'stop', fade_out, ...this.#span(tag) } };
  }

  #beginChapter(block: ChapterBlock): void {
    this.#endChapter();
    const { chapters, steps } = this.#plan;
    steps.push({ type: 'chapter', chapter: chapters.length });
    chapters.push({ title: block.title.text, ...this.#span(block) });
    this.#raise('chapter');
    this.#chapterHasText = false;
    this.#perform(block.title, block.speak ? 'title' : 'silent');
  }

  #endChapter(): void {
    const chapter = this.#plan.chapters.at(-1);
    if (chapter === undefined || this.#chapterHasText) return;
    chapterWithoutText({ start: chapter.start.offset, end: chapter.end.offset }, chapter.title, this.#report);
    this.#chapterHasText = true;
  }

  #say(passage: Passage): void {
    this.#raise('paragraph');
    this.#perform(passage, 'text');
  }

  #perform(passage: Passage, as: 'text' | 'title' | 'silent'): void {
    for (const item of piecesOf(passage, this, { language: this.#language, whole: as !== 'text' })) {
      if (item.type === 'step') this.#plan.steps.push(item.step);
      else if (as === 'silent') this.#plan.steps.push(...item.cues.map(({ step }) => step));
      else this.#speak(passage, item, as === 'title');
    }
  }

  #speak(passage: Passage, { from, to, speaker, opens, cues }: Piece<Speaker | undefined>, isTitle: boolean): void {
    this.#raise(opens);
    this.#chapterHasText ||= !isTitle;
    if (speaker === undefined) {
      this.#missVoice(passage, from, to);
      return;
    }
    const { voice, name, speed, pitch, volume } = speaker;
    for (const part of divide(passage.text, { start: from, end: to })) {
      const text = passage.text.slice(part.start, part.end);
      const own: SpeechUnit['cues'] = [];
      for (const { at, step } of cues) if (at > part.start && at <= part.end) own.push({ at: at - part.start, step });
      const unit = { text, voice, name, speed, pitch, volume, isTitle, cues: own };
      const place = this.#span(sourceSpan(passage, part));
      this.#addUnit({ ...unit, ...place, chapter: this.#plan.chapters.length - 1, boundary: this.#boundary });
    }
  }

  #addUnit(unit: SpeechUnit): void {
    const { units, steps } = this.#plan;
    steps.push({ type: 'speech', unit: units.length });
    units.push(units.length === 0 ? { ...unit, boundary: 'start' } : unit);
    this.#boundary = 'inside';
  }

  #missVoice(passage: Passage, from: number, to: number): void {
    if (this.#voiceIsMissed) return;
    this.#voiceIsMissed = true;
    const [part] = divide(passage.text, { start: from, end: to });
    if (part !== undefined) textWithoutVoice(this.#parsed, sourceSpan(passage, part), this.#knowledge, this.#report);
  }

  #raise(boundary: Boundary): void {
    if (BOUNDARIES.indexOf(boundary) > BOUNDARIES.indexOf(this.#boundary)) this.#boundary = boundary;
  }

  #span({ start, end }: Stretch): Span {
    return { start: this.#lines.position(start), end: this.#lines.position(end) };
  }
}

function sourceSpan(passage: Passage, { start, end }: Stretch): Stretch {
  return { start: passage.source(start), end: passage.source(end - 1) + 1 };
}
