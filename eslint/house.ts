import type { ESLint } from 'eslint';
import { doorsRule } from './doors.rule.ts';
import { importsRule } from './imports.rule.ts';

/** The rules of this house, as a plugin. */
export const house: ESLint.Plugin = {
  meta: { name: 'house' },
  rules: { imports: importsRule, doors: doorsRule },
};
