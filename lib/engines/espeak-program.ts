/** One run of an installed espeak-ng, as a process of its own: it is under the GPL and never linked. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ProgramRun {
  args: readonly string[];
  /** UTF-8 to its standard input. */
  input: string;
  /** Bytes of standard output; more is an error. */
  maxBytes: number;
  /** Kills it. */
  signal: AbortSignal;
}

/**
 * - `missing`: there is no such program, or it may not be run.
 * - `failed`: it ended with an error.
 * - `too_much`: it wrote more than was allowed.
 */
export class ProgramError extends Error {
  override name = 'ProgramError';
  readonly failure: 'missing' | 'failed' | 'too_much';

  constructor(failure: ProgramError['failure'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

/** Nothing of the server's own: its secrets are no business of another program. Homebrew's folder is for macOS. */
const ENVIRONMENT: Partial<NodeJS.ProcessEnv> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  LC_ALL: 'C.UTF-8',
};
/** Bytes of complaints worth keeping. */
const MAX_COMPLAINTS = 4000;

/** @returns what it wrote. Rejects with {@link ProgramError}, or the signal's reason once the process is gone. */
export async function runProgram(program: string, { args, input, maxBytes, signal }: ProgramRun): Promise<Buffer> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: ENVIRONMENT as NodeJS.ProcessEnv,
    windowsHide: true,
  });
  const kill = () => {
    child.kill('SIGKILL');
    // Where it was a script, what the script has started may hold these open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', error => reject(new ProgramError('missing', 'it cannot be started', error)));
      child.once('close', (code, killedBy) =>
        resolve(code === null ? `was ended by ${killedBy}` : code === 0 ? '' : `ended with ${code}`),
      );
    });
    // It may go before it has read everything; why, its end tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const complaints = collect(child.stderr, MAX_COMPLAINTS);
    let overflowed = false;
    const output = collect(child.stdout, maxBytes, () => {
      overflowed = true;
      kill();
    });
    const end = await ended;
    signal.throwIfAborted();
    if (overflowed) throw new ProgramError('too_much', 'it wrote more than was allowed');
    if (end !== '') throw new ProgramError('failed', `it ${end}`, new Error(complaints().toString('utf8')));
    return output();
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function collect(stream: Readable, most: number, onMore?: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size + chunk.length > most) return onMore?.();
    size += chunk.length;
    chunks.push(chunk);
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}
