import { VARIABLES, type Variable } from './variables.ts';

const entries = Object.entries(VARIABLES) as [string, Variable<unknown>][];

/** The page of settings as Markdown, `docs/configuration.md`. */
export function configurationPage(): string {
  const rows = entries.map(
    ([name, v]) => `| \`${name}\`${v.secret ? ' (secret)' : ''} | ${v.meaning} | ${v.type} | ${v.fallback} |`,
  );
  return [
    '# Configuration',
    '',
    'Settings are environment variables, read once at the start; a file `.env` in the project folder is read too. A wrong value',
    'stops the start with one message that names every wrong variable. An empty value counts as not set.',
    '',
    'This page is generated from `lib/config/variables.ts` by `npm run docs`.',
    '',
    '| variable | meaning | value | default |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** `.env.example`: every variable, commented out, with its meaning. */
export function environmentExample(): string {
  const blocks = entries.map(([name, v]) =>
    [
      `# ${v.meaning.replaceAll('`', '')}`,
      `# ${v.type.replaceAll('`', '')}. Default: ${v.fallback.replaceAll('`', '')}`,
      `#${name}=`,
      '',
    ].join('\n'),
  );
  return [
    '# Generated from lib/config/variables.ts by `npm run docs`. Copy to .env and remove the # before what you set.',
    '',
    ...blocks,
  ].join('\n');
}
