/** What a script comes to, held against what is known: who says what, and what happens in between (1.5, 2, 3.2). */
import { settingsIn } from './check-tag.ts';
import { divide } from './divide.ts';
import { Lines } from './lines.ts';
import { withKinds } from './name-kinds.ts';
import { blocksOf, type ChapterBlock, type Passage } from './passages.ts';
import { type Piece, piecesOf, type Reading, type TagMeaning } from './pieces.ts';
import { chapterWithoutText, nothingToPlay, textWithoutVoice, unheardPauses } from './plan-findings.ts';
import { Report } from './report.ts';
import { type Diagnostic, type Knowledge, type ScriptPlan, type SpeechUnit } from './script.ts';
import { type Speaker, TagMeanings } from './tag-meanings.ts';
import { type ParsedScript, type Stretch, type TagNode } from './tree.ts';

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
  readonly #tags: TagMeanings;
  readonly #plan: ScriptPlan = { chapters: [], units: [], steps: [] };
  #boundary: Boundary = 'inside';
  /** Text without a voice was found; that there is more of it is no news. */
  #voiceIsMissed = false;
  #chapterHasText = true;

  constructor(parsed: ParsedScript, knowledge: Knowledge, language: string) {
    this.#parsed = parsed;
    this.#knowledge = knowledge;
    this.#language = language;
    this.#lines = new Lines(parsed.text);
    this.#report = new Report(this.#lines);
    this.#tags = new TagMeanings(knowledge, this.#lines, this.#report);
    this.speaker = this.#tags.defaultSpeaker();
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
    const diagnostics = withKinds(this.#parsed, this.#knowledge);
    const found = this.#report.diagnostics(diagnostics);
    const plays = this.#plan.units.length > 0 || this.#plan.steps.some(({ type }) => type === 'effect');
    // What is wrong may have been meant to be heard.
    if (found.some(({ severity }) => severity === 'error')) return found;
    if (plays) unheardPauses(this.#plan, this.#report);
    else nothingToPlay(this.#parsed.text, this.#report);
    return this.#report.diagnostics(diagnostics);
  }

  marksWords(speaker: Speaker | undefined): boolean {
    return speaker?.marksWords ?? false;
  }

  meaning(tag: TagNode): TagMeaning<Speaker | undefined> {
    return this.#tags.meaning(tag);
  }

  #beginChapter(block: ChapterBlock): void {
    this.#endChapter();
    const { chapters, steps } = this.#plan;
    steps.push({ type: 'chapter', chapter: chapters.length });
    chapters.push({ title: block.title.text, ...this.#lines.span(block) });
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
      const place = this.#lines.span(sourceSpan(passage, part));
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
    if (this.#voiceIsMissed || this.#tags.missedVoice) return;
    this.#voiceIsMissed = true;
    const [part] = divide(passage.text, { start: from, end: to });
    if (part !== undefined) textWithoutVoice(this.#parsed, sourceSpan(passage, part), this.#knowledge, this.#report);
  }

  #raise(boundary: Boundary): void {
    if (BOUNDARIES.indexOf(boundary) > BOUNDARIES.indexOf(this.#boundary)) this.#boundary = boundary;
  }
}

function sourceSpan(passage: Passage, { start, end }: Stretch): Stretch {
  return { start: passage.source(start), end: passage.source(end - 1) + 1 };
}
