/** What crosses the thread boundary, and how errors survive it: structured clone keeps neither class nor own fields. */
import { AppError, isAppError, type ErrorCode, type FieldIssue } from '#lib/base/errors.ts';

/** A task, or the question whether somebody is there. */
export type MessageContent<Task> = { task: Task } | { ping: true };
export type TaskMessage<Task> = { id: number } & MessageContent<Task>;

export type ReplyMessage<Result> =
  { id: number; ok: true; result: Result } | { id: number; ok: false; error: PackedError };

export interface PackedError {
  name: string;
  message: string;
  stack: string | undefined;
  /** Of errors of the system, such as `ENOENT`. */
  code?: string;
  /** Only of an `AppError`. */
  app?: {
    code: ErrorCode;
    issues: readonly FieldIssue[];
    details: Readonly<Record<string, string | number | boolean>>;
    retryAfter: number | undefined;
  };
  cause?: PackedError;
}

/** Causes are kept this deep. */
const MAX_CAUSES = 5;

export function packError(error: unknown, depth = 0): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const packed: PackedError = { name: error.name, message: error.message, stack: error.stack };
  if ('code' in error && typeof error.code === 'string') packed.code = error.code;
  if (isAppError(error)) {
    const { code, issues, details, retryAfter } = error;
    packed.app = { code, issues, details, retryAfter };
  }
  if (error.cause !== undefined && depth < MAX_CAUSES) packed.cause = packError(error.cause, depth + 1);
  return packed;
}

export function unpackError({ name, message, stack, code, app, cause }: PackedError): Error {
  const inner = cause ? { cause: unpackError(cause) } : {};
  const error = app
    ? new AppError(app.code, message, {
        ...inner,
        issues: app.issues,
        details: app.details,
        ...(app.retryAfter === undefined ? {} : { retryAfter: app.retryAfter }),
      })
    : Object.assign(new Error(message, inner), code === undefined ? {} : { code });
  error.name = name;
  // The stack of the thread where it happened is the one that helps.
  if (stack !== undefined) error.stack = stack;
  return error;
}
