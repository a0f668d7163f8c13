/** Asks what is wrong with a script while it is typed: after a pause, the newest question only, and the newest answer wins. */
import type { ScriptReport, ScriptToCheck } from '#lib/audiobooks/audiobook.ts';
import { createStore, type Store } from '../store.ts';
import { carry, changeBetween } from './text-change.ts';

/** After the last change, in milliseconds. */
export const CHECK_AFTER = 250;

export type Diagnostic = ScriptReport['diagnostics'][number];

export interface CheckState {
  report: ScriptReport | undefined;
  /** The script that the report is about. */
  script: string;
  /** An answer to the newest question is there. */
  isCurrent: boolean;
  /** Why there is none; empty where nothing is wrong. */
  message: string;
}

export interface ScriptCheck {
  readonly state: Store<CheckState>;
  want: (question: ScriptToCheck) => void;
  /** Asks the last question again: something else may have changed, such as the library. @param ms that it waits for more of it */
  again: (ms?: number) => void;
  stop: () => void;
}

export interface CheckMeans {
  check: (question: ScriptToCheck, signal: AbortSignal) => Promise<ScriptReport>;
  /** Returns what calls it off. */
  after: (ms: number, run: () => void) => () => void;
}

export function createScriptCheck({ check, after }: CheckMeans): ScriptCheck {
  const state = createStore<CheckState>({ report: undefined, script: '', isCurrent: false, message: '' });
  let wanted: ScriptToCheck | undefined;
  let callOff: (() => void) | undefined;
  let asking: AbortController | undefined;

  function plan(ms: number): void {
    callOff?.();
    asking?.abort();
    asking = undefined;
    state.set(now => (now.isCurrent ? { ...now, isCurrent: false } : now));
    callOff = after(ms, () => void ask());
  }

  async function ask(): Promise<void> {
    const question = wanted;
    if (question === undefined) return;
    const controller = new AbortController();
    asking = controller;
    try {
      const report = await check(question, controller.signal);
      if (asking !== controller) return;
      state.set({ report, script: question.script, isCurrent: true, message: '' });
    } catch (error) {
      if (asking !== controller) return;
      state.set(now => ({ ...now, message: error instanceof Error ? error.message : String(error) }));
    }
  }

  return {
    state,
    want(question) {
      const { report } = state.get();
      wanted = question;
      plan(report === undefined ? 0 : CHECK_AFTER);
    },
    again(ms = 0) {
      if (wanted !== undefined) plan(ms);
    },
    stop() {
      callOff?.();
      asking?.abort();
      asking = undefined;
    },
  };
}

/** A diagnostic where it stands in the text as it is now. */
export interface PlacedDiagnostic extends Omit<Diagnostic, 'start' | 'end'> {
  /** UTF-16 units. */
  start: number;
  end: number;
}

/** Diagnostics of an older text in the newer one; those that the change went through are left out, since the next answer tells. */
export function placeDiagnostics(found: readonly Diagnostic[], before: string, now: string): PlacedDiagnostic[] {
  const change = changeBetween(before, now);
  return found.flatMap(({ start, end, fixes, ...rest }) => {
    const place = carry({ start: start.offset, end: end.offset }, change);
    if (place === undefined) return [];
    const moved = fixes?.flatMap(({ title, edits }) => {
      const places = edits.map(edit => ({ place: carry(edit, change), text: edit.text }));
      if (places.some(edit => edit.place === undefined)) return [];
      return [{ title, edits: places.map(edit => ({ ...edit.place!, text: edit.text })) }];
    });
    return [{ ...rest, ...place, ...(moved === undefined ? {} : { fixes: moved }) }];
  });
}
