const APP_ERROR: unique symbol = Symbol.for('talk2me.AppError') as never;

/**
 * The one error type for outcomes that a caller, and in the end a person, should be told about.
 *
 * `code` is `room.what` (`sound.not_found`); the table in `lib/http/problems.ts` gives each code its HTTP status. `message` is
 * shown to people: it says what happened and what to do, and holds no path, SQL or stack. Everything that is not an
 * `AppError` reaches clients as an opaque 500.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Fields at fault, each with a path such as `volume` or `tags.2`; empty where the error is about the whole. */
  readonly issues: readonly FieldIssue[];
  /** Facts for a program, for example the id of the sound that is already there. Serialised beside the message. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** Seconds after which trying again makes sense, or undefined. */
  readonly retryAfter: number | undefined;
  readonly [APP_ERROR] = true;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
    this.retryAfter = options.retryAfter;
  }
}

/** `room.what`, lower case. */
export type ErrorCode = `${string}.${string}`;

export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  issues?: readonly FieldIssue[];
  details?: Readonly<Record<string, string | number | boolean>>;
  retryAfter?: number;
}

/**
 * Recognises an {@link AppError} by its mark, not by its class: Next bundles the same module more than once in one process,
 * so `instanceof` fails between copies.
 */
export function isAppError(value: unknown): value is AppError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[APP_ERROR] === true;
}
