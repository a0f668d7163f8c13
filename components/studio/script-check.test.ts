import { describe, expect, it } from 'vitest';
import type { ScriptReport, ScriptToCheck } from '#lib/audiobooks/audiobook.ts';
import { createScriptCheck, placeDiagnostics, type Diagnostic } from './script-check.ts';

const REPORT: ScriptReport = { diagnostics: [], chapters: [], units: 0, voices: [], sounds: [], estimated_length: 0 };
const asked = (script: string): ScriptToCheck => ({ script, cast: {}, settings: {} });
const settled = () => new Promise(resolve => setTimeout(resolve));

function setUp() {
  const questions: { script: string; signal: AbortSignal; answer: (units: number) => void; refuse: () => void }[] = [];
  const timers: (() => void)[] = [];
  const check = createScriptCheck({
    check: ({ script }, signal) =>
      new Promise((resolve, reject) =>
        questions.push({
          script,
          signal,
          answer: units => resolve({ ...REPORT, units }),
          refuse: () => reject(new Error('The server was not reached.')),
        }),
      ),
    after: (_ms, run) => {
      timers.push(run);
      return () => {
        const at = timers.indexOf(run);
        if (at !== -1) timers.splice(at, 1);
      };
    },
  });
  const pass = () => {
    for (const run of timers.splice(0)) run();
  };
  return { check, questions, pass };
}

describe('a script that is checked while it is typed', () => {
  it('is asked about once for many keystrokes, with the last of them', () => {
    const { check, questions, pass } = setUp();
    for (const text of ['a', 'ab', 'abc']) check.want(asked(text));
    pass();
    expect(questions.map(({ script }) => script)).toEqual(['abc']);
  });

  it('has the newest answer, whichever comes last', async () => {
    const { check, questions, pass } = setUp();
    check.want(asked('a'));
    pass();
    check.want(asked('ab'));
    pass();
    questions[1]!.answer(2);
    await settled();
    questions[0]!.answer(1);
    await settled();
    expect(questions[0]!.signal.aborted).toBe(true);
    expect(check.state.get()).toMatchObject({ script: 'ab', isCurrent: true, report: { units: 2 } });
  });

  it('keeps the last answer while there is no newer one, and says why', async () => {
    const { check, questions, pass } = setUp();
    check.want(asked('a'));
    pass();
    questions[0]!.answer(1);
    await settled();
    check.want(asked('ab'));
    expect(check.state.get().isCurrent).toBe(false);
    pass();
    questions[1]!.refuse();
    await settled();
    expect(check.state.get()).toMatchObject({ report: { units: 1 }, isCurrent: false });
    expect(check.state.get().message).toContain('not reached');
    check.again();
    pass();
    questions[2]!.answer(3);
    await settled();
    expect(check.state.get()).toMatchObject({ report: { units: 3 }, isCurrent: true, message: '' });
  });
});

it('carries diagnostics and their fixes along while the text before them grows', () => {
  const at = (offset: number) => ({ line: 1, column: offset + 1, offset });
  const found: Diagnostic = {
    severity: 'error',
    code: 'script.unknown_sound',
    message: 'No effect is called dor.',
    start: at(6),
    end: at(9),
    fixes: [{ title: 'Use door', edits: [{ start: 6, end: 9, text: 'door' }] }],
  };
  const before = '{{{sfx:dor}}}';
  expect(placeDiagnostics([found], before, `One. ${before}`)).toMatchObject([
    { start: 11, end: 14, fixes: [{ title: 'Use door', edits: [{ start: 11, end: 14, text: 'door' }] }] },
  ]);
  expect(placeDiagnostics([found], before, '{{{sfx:deor}}}')).toEqual([]);
});
