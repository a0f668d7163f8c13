/** How the command line ends, for scripts that call it; `docs/command-line.md` tells people. */
export const EXIT = {
  ok: 0,
  /** The script has errors, a sentence could not be spoken, or something else stood in the way. */
  failed: 1,
  /** What was asked for is no command, or not in this way. */
  usage: 2,
  /** Ctrl C, as a shell tells it: 128 and the number of the signal. */
  interrupted: 130,
  terminated: 143,
} as const;

/** Wrong arguments; the message is followed by where to read how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something stands in the way of what was asked for; the message says what, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The reason of a signal that ends a command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('Cancelled; what was spoken is kept.');
    this.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}
