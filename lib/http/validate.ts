import { z } from 'zod';
import { AppError, type ErrorCode, type FieldIssue } from '#lib/base/errors.ts';

/** The issues of a failed parse as paths and sentences; unknown names are issues of their own. */
export function issuesOf(error: z.ZodError): FieldIssue[] {
  return error.issues.flatMap(issue => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map(key => ({ path: path === '' ? key : `${path}.${key}`, message: 'is not known here' }));
  });
}

/** @throws AppError of the given code, naming every field that is wrong */
export function parseOrThrow<S extends z.ZodType>(schema: S, value: unknown, code: ErrorCode): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = issuesOf(result.error);
  throw new AppError(
    code,
    issues.map(issue => (issue.path === '' ? issue.message : `${issue.path} ${issue.message}`)).join('; '),
    {
      issues,
      cause: result.error,
    },
  );
}

/**
 * Checks the query against a strict object: unknown names, a name given twice that may not be, and values out of range are a
 * 400 that names the parameter.
 */
export function parseQuery<S extends z.ZodObject>(schema: S, search: URLSearchParams): z.output<S> {
  const raw: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(search.keys())) {
    // `constructor` and `__proto__` are no fields either, though every object answers to them.
    if (!Object.hasOwn(schema.shape, name)) throw invalidParameter(name, 'is not known here');
    const values = search.getAll(name);
    if (takesList(schema.shape[name] as z.ZodType)) raw[name] = values;
    else if (values.length === 1) raw[name] = values[0]!;
    else throw invalidParameter(name, 'is given more than once');
  }
  return parseOrThrow(schema, { ...raw }, 'request.invalid');
}

export function invalidParameter(path: string, message: string): AppError {
  return new AppError('request.invalid', `${path} ${message}`, { issues: [{ path, message }] });
}

function takesList(schema: z.ZodType): boolean {
  return schema.safeParse([]).success;
}

/** A query parameter that is a whole number in a range. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** A query parameter that is a number of seconds, 0 or more. */
export const secondsParameter = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be a number of seconds, 0 or more')
  .transform(Number);
