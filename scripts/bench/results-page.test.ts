import { describe, expect, it } from 'vitest';
import { mergePage, section } from './results-page.ts';

describe('the page of benchmarks', () => {
  it('keeps the sections of benches that did not run', () => {
    const first = mergePage(
      '',
      new Map([
        ['list', '## List\n\nold'],
        ['upload', '## Upload\n\nold'],
      ]),
    );
    const second = mergePage(first, new Map([['list', '## List\n\nnew']]));
    expect(second).toBe(first.replace('## List\n\nold', '## List\n\nnew'));
  });

  it('shows tables as Markdown, whatever the cells hold', () => {
    const bench = { name: 'list', title: 'List', run: () => Promise.reject(new Error('not run')) };
    const result = { tables: [{ title: 'Pages', columns: ['query', 'ms'], rows: [['a|b', 0.24]] }], notes: ['Warm.'] };
    expect(section(bench, result, 'Here, today.')).toBe(
      '## List\n\nHere, today.\n\n### Pages\n\n| query | ms |\n| --- | --- |\n| a\\|b | 0.24 |\n\n- Warm.',
    );
  });
});
