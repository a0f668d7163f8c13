import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { DIAGNOSTIC_CODES } from './diagnostic-codes.ts';

const page = readFileSync(new URL('../../docs/script-language.md', import.meta.url), 'utf8');

describe('The page of the language', () => {
  it('names every code, and a warning as one', () => {
    for (const [code, { severity }] of Object.entries(DIAGNOSTIC_CODES)) {
      const row = page.split('\n').find(line => line.startsWith(`| \`${code}\``));
      expect(row, code).toBeDefined();
      expect(row!.includes('warning:'), code).toBe(severity === 'warning');
    }
  });

  it('names every command and flag', () => {
    for (const [command, { flags }] of Object.entries(COMMANDS)) {
      expect(page).toContain(`### \`${command}\``);
      for (const flag of Object.keys(flags)) expect(page, `${command} ${flag}`).toContain(`\`${flag}`);
    }
  });
});
