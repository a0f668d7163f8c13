import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
/** All that a command in a test inherits: a developer's own DATA_DIR or ADMIN_TOKEN must not decide a test. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'COMSPEC'];

export interface CommandOptions {
  /** Where it is called. */
  folder: string;
  env?: Readonly<Record<string, string>>;
  /** By `npm run -s talk2me --`, as people do, instead of by Node. */
  npm?: boolean;
}

export interface RunningCommand {
  /** Resolves once this much was said on the standard error, or rejects at the end. */
  told(part: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly end: Promise<CommandEnd>;
}

export interface CommandEnd {
  code: number | null;
  answer: string;
  told: string;
}

/** A command of `npm run talk2me`, to its end. */
export function command(args: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  return startCommand(args, options).end;
}

export function startCommand(
  args: readonly string[],
  { folder, env = {}, npm = false }: CommandOptions,
): RunningCommand {
  const inherited = INHERITED.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const [program, ...rest] = npm
    ? (['npm', '--prefix', root, 'run', '--silent', 'talk2me', '--', '--no-env-file'] as const)
    : ([process.execPath, path.join(root, 'scripts/talk2me.ts'), '--no-env-file'] as const);
  const child = spawn(program, [...rest, ...args], {
    cwd: folder,
    env: { ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const answer = collected(child.stdout);
  const told = collected(child.stderr);
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, answer: answer(), told: told() }));
  });
  return {
    end,
    kill: signal => void child.kill(signal),
    told: part =>
      new Promise((resolve, reject) => {
        const look = () => told().includes(part) && resolve();
        child.stderr.on('data', look);
        look();
        end.then(({ told: all }) => reject(new Error(`It ended without ${JSON.stringify(part)}:\n${all}`)), reject);
      }),
  };
}

function collected(stream: NonNullable<ChildProcess['stdout']>): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return () => text;
}
