import { useState } from 'react';
import type { PlacedDiagnostic } from './script-check.ts';
import type { ScriptEditorHandle } from './script-editor.tsx';
import { lineAt, voiceTag } from './script-tags.ts';
import type { Stretch } from './text-change.ts';

export interface ScriptActs {
  /** Null until it is there. */
  editor: ScriptEditorHandle | null;
  setEditor: (editor: ScriptEditorHandle | null) => void;
  /** UTF-16 units. */
  caret: number;
  setCaret: (offset: number) => void;
  goTo: (place: Stretch) => void;
  /** @param line from 1 */
  goToLine: (line: number) => void;
  /** The problem behind the caret, or the first one. False where there is none. */
  goToNextProblem: () => boolean;
  /** Applies a fix of a problem. False where it has none. */
  fix: (problem: PlacedDiagnostic | undefined, index: number) => boolean;
  /** Writes at the caret, over what is selected. @param chosen part of the text to be selected after */
  insert: (text: string, chosen?: Stretch) => void;
  /** False without a name. */
  insertVoice: (name: string | undefined) => boolean;
  insertChapter: () => void;
  write: (at: Stretch, text: string) => void;
}

interface Options {
  script: string;
  /** Offsets where lines begin. */
  starts: readonly number[];
  problems: readonly PlacedDiagnostic[];
  /** Brings the script to where it can be seen. */
  show: () => Promise<void>;
}

const TITLE = 'Title';

/** What buttons, keys and lists do to the script. */
export function useScriptActs({ script, starts, problems, show }: Options): ScriptActs {
  const [editor, setEditor] = useState<ScriptEditorHandle | null>(null);
  const [caret, setCaret] = useState(0);
  const selection = () => editor?.selection() ?? { start: caret, end: caret };

  const goTo = ({ start, end }: Stretch) => void show().then(() => editor?.select(start, end));
  const write = (at: Stretch, text: string, chosen?: Stretch) =>
    void show().then(() => editor?.write(at, text, chosen));
  const insert = (text: string, chosen?: Stretch) => write(selection(), text, chosen);
  return {
    editor,
    setEditor,
    caret,
    setCaret,
    goTo,
    write,
    insert,
    goToLine(line) {
      const start = starts[line - 1] ?? script.length;
      goTo({ start, end: (starts[line] ?? script.length + 1) - 1 });
    },
    goToNextProblem() {
      const { start: from, end } = selection();
      const isHere = problems.some(one => one.start === from && one.end === end);
      const next = problems.find(({ start }) => (isHere ? start >= end && start > from : start >= from)) ?? problems[0];
      if (next !== undefined) goTo(next);
      return next !== undefined;
    },
    fix(problem, index) {
      const edits = problem?.fixes?.[index]?.edits;
      if (edits === undefined) return false;
      void show().then(() => {
        // From the end on, so that places before stay what they are.
        for (const edit of edits.toSorted((a, b) => b.start - a.start)) editor?.write(edit, edit.text);
      });
      return true;
    },
    insertVoice(name) {
      if (name !== undefined) insert(voiceTag(name));
      return name !== undefined;
    },
    insertChapter() {
      const { start } = selection();
      const line = lineAt(starts, start);
      const isAfterBlank = line === 0 || starts[line]! - starts[line - 1]! === 1;
      const lead = start !== starts[line] ? '\n\n' : isAfterBlank ? '' : '\n';
      const from = lead.length + 2;
      insert(`${lead}# ${TITLE}\n\n`, { start: from, end: from + TITLE.length });
    },
  };
}
