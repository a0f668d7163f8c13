/** The commands of `npm run talk2me`: what is asked for, by whom it is done, and how that is told. */
import path from 'node:path';
import { isAppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { Config, Secrets } from '#lib/config/config.ts';
import { CommandError, EXIT, InterruptedError, UsageError } from './exit-codes.ts';
import { helpText, isCommand, type CommandName } from './help.ts';
import { lint } from './lint.command.ts';
import { LocalStudio } from './local-studio.ts';
import { PLACE_OPTIONS, readOptions, RENDER_OPTIONS, SCRIPT_OPTIONS, serverOf, type PlaceValues } from './options.ts';
import { RemoteStudio } from './remote-studio.ts';
import { renderBook } from './render.command.ts';
import { ServerConnection } from './server-connection.ts';
import type { Studio } from './studio.ts';
import type { Terminal } from './terminal.ts';
import { listVoices } from './voices.command.ts';

export interface CommandLineOptions {
  terminal: Terminal;
  clock: Clock;
  /** Read where a command needs it. */
  environment: () => { config: Config; secrets: Secrets };
  /** Aborted with an {@link InterruptedError}. */
  signal: AbortSignal;
}

/** Everything that a command does its work with. */
export interface Work {
  terminal: Terminal;
  signal: AbortSignal;
  studio: Studio;
}

/** @returns the exit code; see `exit-codes.ts` */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<number> {
  const { terminal } = options;
  const [name, ...rest] = args;
  try {
    if (name === '--help' || name === '-h' || name === 'help') {
      terminal.answer(helpText(isCommand(rest[0]) ? rest[0] : undefined));
      return EXIT.ok;
    }
    if (!isCommand(name)) {
      throw new UsageError(name === undefined ? 'Say what to do.' : `There is no command ${name}.`);
    }
    return await COMMANDS[name](rest, options);
  } catch (error) {
    return failed(error, terminal, isCommand(name) ? name : undefined);
  }
}

type Command = (args: readonly string[], options: CommandLineOptions) => Promise<number>;

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  async lint(args, options) {
    const { values, positionals } = readOptions(args, { ...PLACE_OPTIONS, ...SCRIPT_OPTIONS });
    if (values.help) return help(options, 'lint');
    return withStudio({ ...values, keep: false }, options, work => lint(positionals, values, work));
  },
  async render(args, options) {
    const { values, positionals } = readOptions(args, { ...PLACE_OPTIONS, ...SCRIPT_OPTIONS, ...RENDER_OPTIONS });
    if (values.help) return help(options, 'render');
    if (values.keep && values.server === undefined) throw new UsageError('--keep is for --server: here nothing stays.');
    return withStudio(values, options, work => renderBook(positionals, values, work));
  },
  async voices(args, options) {
    const { values, positionals } = readOptions(args, PLACE_OPTIONS);
    if (values.help) return help(options, 'voices');
    if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')} is too much: voices takes no names.`);
    const place = { ...values, keep: false, sounds: undefined };
    return withStudio(place, options, work => listVoices(values, work));
  },
};

function help({ terminal }: CommandLineOptions, command: CommandName): number {
  terminal.answer(helpText(command));
  return EXIT.ok;
}

async function withStudio(
  place: PlaceValues & { sounds?: string | undefined; keep: boolean },
  options: CommandLineOptions,
  work: (work: Work) => Promise<number>,
): Promise<number> {
  const { terminal, signal } = options;
  const studio = openStudio(place, options);
  try {
    return await work({ terminal, signal, studio });
  } finally {
    await studio.close();
  }
}

function openStudio(
  { server, token, data, sounds, keep }: PlaceValues & { sounds?: string | undefined; keep: boolean },
  { terminal, environment, clock }: CommandLineOptions,
): Studio {
  const { config, secrets } = environment();
  if (server !== undefined) {
    if (data !== undefined) throw new UsageError('--data and --server exclude each other.');
    if (sounds !== undefined) {
      throw new UsageError('--sounds and --server exclude each other: a server takes sounds from its own library.');
    }
    const connection = new ServerConnection({ url: serverOf(server), token: token ?? secrets.adminToken });
    return new RemoteStudio(connection, { keep });
  }
  if (token !== undefined) throw new UsageError('--token is for --server.');
  return new LocalStudio({
    config: data === undefined ? config : { ...config, dataDir: path.resolve(terminal.folder, data) },
    secrets,
    clock,
    sounds: sounds === undefined ? undefined : path.resolve(terminal.folder, sounds),
    onProblem: (what, error) => terminal.tell(`${what}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  });
}

function failed(error: unknown, terminal: Terminal, command: CommandName | undefined): number {
  if (error instanceof UsageError) {
    const more = ['npm run talk2me --', command, '--help'].filter(Boolean).join(' ');
    terminal.tell(`${error.message}\n${more} tells how.\n`);
    return EXIT.usage;
  }
  if (error instanceof InterruptedError) {
    terminal.tell(`${error.message}\n`);
    return error.exitCode;
  }
  // The system says what it refuses of which file: a data folder that is none, a disk that is gone.
  const isExpected =
    error instanceof CommandError || isAppError(error) || (error instanceof Error && 'syscall' in error);
  // What nobody expected is told whole, for whoever mends it.
  terminal.tell(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.failed;
}
