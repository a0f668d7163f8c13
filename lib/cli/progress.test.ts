import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from './progress.ts';
import type { RenderState } from './studio.ts';
import { testTerminal } from './terminal.fixture.ts';

const state = (some: Partial<RenderState> = {}): RenderState => ({
  stage: 'speak',
  progress: 0.5,
  eta: 75,
  units_total: 40,
  units_reused: 5,
  units_synthesised: 20,
  units_failed: 0,
  ...some,
});

describe('a line of progress', () => {
  it('says the stage, the share, the units and what is left', () => {
    expect(progressLine(state(), 'speak', 100)).toBe(
      `speaking  ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  25 of 40 units  5 reused  1:15 left`,
    );
    expect(progressLine(state({ progress: 1, eta: null, units_failed: 2 }), 'mix', 100)).toBe(
      `mixing    ${'█'.repeat(24)} 100 %  2 failed`,
    );
  });

  it('is shorter than the terminal is wide, which would break it otherwise', () => {
    for (let columns = 0; columns < 120; columns += 1) {
      expect(progressLine(state(), 'speak', columns).length).toBeLessThan(Math.max(1, columns));
    }
    expect(progressLine(state(), 'speak', 50)).toBe('speaking   50 %  25 of 40 units  5 reused  1:15 l');
  });
});

describe('progress', () => {
  it('stays in one line of a terminal, and makes room in the end', () => {
    const terminal = testTerminal('/', { columns: 80 });
    const progress = new Progress(terminal);
    progress.show(state());
    progress.show(state());
    progress.show(state({ progress: 0.6 }));
    progress.clear();
    progress.clear();
    expect(terminal.told.split('\r\x1b[K')).toEqual([
      '',
      expect.stringContaining(' 50 %'),
      expect.stringContaining(' 60 %'),
      '',
    ]);
    expect(terminal.told).not.toContain('\n');
    expect(terminal.answers).toBe('');
  });

  it('says once why nothing goes on, and then that it does', () => {
    const terminal = testTerminal('/');
    const progress = new Progress(terminal);
    progress.show(state());
    progress.wait('No answer.');
    progress.wait('No answer.');
    progress.show(state());
    expect(terminal.told).toBe(
      'speaking: 50 %, 25 of 40 units, 5 reused, 1:15 left\nwaiting: No answer.\nspeaking: 50 %, 25 of 40 units, 5 reused, 1:15 left\n',
    );
    const narrow = testTerminal('/', { columns: 12 });
    new Progress(narrow).wait('No answer.');
    expect(narrow.told).toBe('\r\x1b[KWaiting. No');
  });

  it('is a line for each stage and each tenth where lines are kept', () => {
    const terminal = testTerminal('/');
    const progress = new Progress(terminal);
    progress.show(state({ stage: null }));
    for (let done = 0; done <= 40; done += 1) {
      progress.show(state({ progress: (0.8 * done) / 40, units_reused: 0, units_synthesised: done, eta: null }));
    }
    progress.show(state({ stage: 'mix', progress: 0.85 }));
    progress.clear();
    expect(terminal.told.split('\n')).toEqual([
      'speaking: 0 %, 0 of 40 units',
      'speaking: 10 %, 5 of 40 units',
      'speaking: 20 %, 10 of 40 units',
      'speaking: 30 %, 15 of 40 units',
      'speaking: 40 %, 20 of 40 units',
      'speaking: 50 %, 25 of 40 units',
      'speaking: 60 %, 30 of 40 units',
      'speaking: 70 %, 35 of 40 units',
      'speaking: 80 %, 40 of 40 units',
      'mixing: 85 %, 1:15 left',
      '',
    ]);
  });
});
