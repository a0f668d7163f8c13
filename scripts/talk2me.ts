/** `npm run talk2me -- COMMAND …`: the command line; what it does is in `lib/cli`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '#lib/base/clock.ts';
import { runCommandLine } from '#lib/cli/command-line.ts';
import { InterruptedError } from '#lib/cli/exit-codes.ts';
import { configFromEnvironment } from '#lib/config/env.ts';

const root = path.join(import.meta.dirname, '..');
// npm goes to the project and tells where somebody called it; relative paths are meant from there.
const { npm_lifecycle_event: event, INIT_CWD: called } = process.env;
const folder = event === 'talk2me' && called !== undefined ? called : process.cwd();
// As `npm start`: settings are read from the project, and DATA_DIR is relative to it.
process.chdir(root);
const [first, ...rest] = process.argv.slice(2);
const hasNoEnvFile = first === '--no-env-file';
if (!hasNoEnvFile && existsSync('.env')) process.loadEnvFile('.env');

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const reason = new InterruptedError(signal);
    // Who asks twice does not want to wait until everything is tidy.
    if (interruption.signal.aborted) process.exit(reason.exitCode);
    interruption.abort(reason);
  });
}
// `… | head` has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCommandLine(hasNoEnvFile ? rest : process.argv.slice(2), {
  terminal: {
    answer: text => void process.stdout.write(text),
    tell: text => void process.stderr.write(text),
    get columns() {
      // Some terminals do not know how wide they are, and say 0.
      return process.stderr.isTTY ? process.stderr.columns || 80 : undefined;
    },
    folder,
    input: () => process.stdin,
  },
  clock: systemClock,
  environment: configFromEnvironment,
  signal: interruption.signal,
});
