import { ENGINE_VARIABLES } from './engines.ts';
import { VARIABLES, type Variable } from './variables.ts';

const entries = Object.entries(VARIABLES) as [string, Variable<unknown>][];

const engineEntries = Object.entries(ENGINE_VARIABLES);

/** The page of settings as Markdown, `docs/configuration.md`. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Settings are environment variables, read once at the start; a file `.env` in the project folder is read too. A wrong value',
    'stops the start with one message that names every wrong variable. An empty value counts as not set.',
    '',
    'This page is generated from `lib/config/variables.ts` and `lib/config/engines.ts` by `npm run docs`.',
    '',
    '| variable | meaning | value | default |',
    '|---|---|---|---|',
    ...entries.map(([name, v]) => row(name, v)),
    '',
    '## Speech engines',
    '',
    'For each engine that `TTS_ENGINES` names, `<NAME>` is its name in capitals. A variable that belongs to no engine is warned of at the start.',
    '',
    '| variable | kinds | meaning | value | default |',
    '|---|---|---|---|---|',
    ...engineEntries.map(([field, v]) => row(`TTS_<NAME>_${field}`, v, v.kinds.map(kind => `\`${kind}\``).join(' '))),
    '',
    'For instance:',
    '',
    '```sh',
    'TTS_ENGINES=embedded,kokoro,openai',
    'TTS_KOKORO_KIND=openai',
    'TTS_KOKORO_URL=http://127.0.0.1:8880/v1',
    'TTS_KOKORO_MODEL=kokoro',
    'TTS_OPENAI_URL=https://api.openai.com/v1',
    'TTS_OPENAI_API_KEY=…',
    'TTS_OPENAI_VOICES=alloy,nova',
    '```',
    '',
  ].join('\n');
}

function row(name: string, v: Variable<unknown>, ...more: string[]): string {
  return `| \`${name}\`${v.secret ? ' (secret)' : ''} | ${[...more, v.meaning, v.type, v.fallback].join(' | ')} |`;
}

/** `.env.example`: every variable, commented out, with its meaning. */
export function environmentExample(): string {
  return [
    '# Generated from lib/config/variables.ts and lib/config/engines.ts by `npm run docs`. Copy to .env and remove the # before what you set.',
    '',
    ...entries.map(([name, v]) => block(name, v)),
    '# Of each engine that TTS_ENGINES names, here kokoro:',
    '',
    ...engineEntries.map(([field, v]) => block(`TTS_KOKORO_${field}`, v)),
  ].join('\n');
}

function block(name: string, v: Variable<unknown>): string {
  const plain = (text: string) => text.replaceAll('`', '');
  return [`# ${plain(v.meaning)}`, `# ${plain(v.type)}. Default: ${plain(v.fallback)}`, `#${name}=`, ''].join('\n');
}
