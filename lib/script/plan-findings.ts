/** What is wrong with a script as a whole (2.3). */
import { namesIn } from './names.ts';
import { removal, replacement } from './fix.ts';
import { written } from './quoting.ts';
import { type Report, shown } from './report.ts';
import { type Fix, type Knowledge, type PauseStep, type ScriptPlan } from './script.ts';
import { type ParsedScript, type Stretch, type TagNode } from './tree.ts';

export function stopWithoutBed(tag: TagNode, report: Report): void {
  report.add('script.stop_without_bed', tag, () => ({
    message: 'No background plays here, so there is nothing to stop. Remove the tag.',
    fixes: [removal('Remove the tag', tag)],
  }));
}

/** The book ends with what is heard last (3.5). */
export function unheardPauses({ steps, units }: ScriptPlan, report: Report): void {
  let pauses: PauseStep[] = [];
  let bedPlays = false;
  for (const step of steps) {
    if (step.type === 'pause') pauses.push(step);
    else if (step.type === 'speech' || step.type === 'effect' || (step.type !== 'chapter' && bedPlays)) pauses = [];
    for (const { type } of step.type === 'speech' ? units[step.unit]!.cues.map(cue => cue.step) : [step]) {
      if (type === 'bed' || type === 'stop') bedPlays = type === 'bed';
    }
  }
  for (const { start, end } of pauses) {
    const tag = { start: start.offset, end: end.offset };
    report.add('script.pause_unheard', tag, () => ({
      message:
        'Nothing is heard after this pause, so the book ends without it. Remove the tag, or put it before what is to be heard.',
      fixes: [removal('Remove the tag', tag)],
    }));
  }
}

export function chapterWithoutText(chapter: Stretch, title: string, report: Report): void {
  report.add('script.chapter_without_text', chapter, () => ({
    message: `The chapter ${shown(title)} has no text. Write some below it, or remove it.`,
  }));
}

export function nothingToPlay(text: string, report: Report): void {
  report.add('script.nothing_to_play', { start: 0, end: text.length }, () => ({
    message: 'There is nothing to play: no text to say and no effect. Write a sentence.',
  }));
}

/** @param stretch the first text that nobody would say */
export function textWithoutVoice(parsed: ParsedScript, stretch: Stretch, knowledge: Knowledge, report: Report): void {
  report.add('script.text_without_voice', stretch, () => {
    const names = [...namesIn(parsed).voices, ...Object.keys(knowledge.cast), ...firstOf(knowledge.names('voices'))];
    const { cast } = knowledge;
    const voice = names.find(name => knowledge.voice(Object.hasOwn(cast, name) ? cast[name]! : name) !== undefined);
    const { defaultVoice } = knowledge;
    const fallback =
      defaultVoice === undefined
        ? 'has no default voice'
        : `has the default voice ${shown(defaultVoice)}, which is not there`;
    return {
      message: `This text stands before any voice, and the book ${fallback}. Put a voice tag before it.`,
      fixes: voice === undefined ? [] : [beginWith(parsed, stretch, voice)],
    };
  });
}

function firstOf(names: Iterable<string>): string[] {
  for (const name of names) return [name];
  return [];
}

/** Before a whole tag or escape; and in a line of its own before a heading, which has to begin its line. */
function beginWith({ nodes, text }: ParsedScript, { start }: Stretch, voice: string): Fix {
  const node = nodes.find(({ end }) => start < end);
  const at = node === undefined || node.type === 'text' ? start : node.start;
  const apart = node?.type === 'heading' ? '\n' : text[at] === '}' ? ' ' : '';
  return replacement(`Begin with ${voice}`, { start: at, end: at }, `{{{voice:${written(voice)}}}}${apart}`);
}
