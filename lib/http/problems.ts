import { isAppError, type ErrorCode } from '#lib/base/errors.ts';

/**
 * The one table from error code to HTTP status. A code that is missing here is a defect and answers 500; a test compares the
 * table with the codes in the source.
 */
export const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'request.invalid': 400,
  'request.malformed': 400,
  'request.incomplete': 400,
  'access.login_required': 401,
  'access.wrong_token': 401,
  'access.host_refused': 403,
  'access.cross_site': 403,
  'request.not_found': 404,
  'sound.not_found': 404,
  'book.not_found': 404,
  'render.not_found': 404,
  'speech.voice_not_found': 404,
  'request.method_not_allowed': 405,
  'sound.id_taken': 409,
  'sound.duplicate': 409,
  'render.wrong_state': 409,
  'render.not_completed': 409,
  'memory.snapshot_running': 409,
  'sound.precondition_failed': 412,
  'book.precondition_failed': 412,
  'upload.too_large': 413,
  'upload.form_too_large': 413,
  'request.too_large': 413,
  'audio.too_long': 413,
  'request.not_multipart': 415,
  'request.not_json': 415,
  'audio.unsupported': 415,
  'audio.type_mismatch': 415,
  'audio.damaged': 415,
  'audio.empty': 415,
  'audio.too_slow': 415,
  'audio.needs_ffmpeg': 415,
  'request.range': 416,
  'sound.invalid': 422,
  'book.invalid': 422,
  'render.invalid': 422,
  'script.has_errors': 422,
  'request.unprocessable': 422,
  'upload.invalid': 422,
  'speech.invalid': 422,
  'speech.too_long': 422,
  'speech.unsayable': 422,
  'upload.hash_mismatch': 422,
  'access.too_many_attempts': 429,
  'memory.too_soon': 429,
  'storage.blob_not_found': 500,
  'internal.error': 500,
  'speech.engine_failed': 502,
  'speech.engine_unavailable': 503,
  'server.not_ready': 503,
  'server.stopping': 503,
  'storage.busy': 503,
  'memory.critical': 503,
  'workers.closed': 503,
  'storage.full': 507,
};

/** Codes that stop the start of the process and never reach HTTP. */
export const START_CODES: ReadonlySet<string> = new Set([
  'config.invalid',
  'storage.damaged',
  'storage.newer',
  'storage.folder_in_use',
  'storage.unwritable',
]);

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Login needed',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not an accepted type',
  416: 'Range not satisfiable',
  422: 'Not acceptable as it is',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad answer from another service',
  503: 'Not ready',
  507: 'Disk full',
};

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  errors?: { path: string; message: string }[];
  [fact: string]: unknown;
}

/** RFC 9457 body for any failure. What is not an `AppError` becomes opaque: only the request id leads back to it. */
export function problemOf(error: unknown, requestId: string): Problem {
  const status = isAppError(error) ? STATUS_OF_CODE[error.code] : undefined;
  if (!isAppError(error) || status === undefined || status === 500) {
    return {
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      detail: 'Something went wrong in the server. Its log has more under the request_id.',
      code: 'internal.error',
      request_id: requestId,
    };
  }
  return {
    // First: no fact of an error may take the place of what every problem has.
    ...error.details,
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    ...(error.issues.length > 0 ? { errors: error.issues.map(({ path, message }) => ({ path, message })) } : {}),
    request_id: requestId,
  };
}

/** @param members further ones of the problem (RFC 9457, 3.2) */
export function problemResponse(
  error: unknown,
  requestId: string,
  headers: Record<string, string> = {},
  members: Record<string, unknown> = {},
): Response {
  const problem = { ...problemOf(error, requestId), ...members };
  const retryAfter = isAppError(error) ? (error.retryAfter ?? (problem.status === 503 ? 5 : undefined)) : undefined;
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="talk2me"' } : {}),
      // RFC 9110, 15.5.17.
      ...(problem.status === 416 && typeof problem['size'] === 'number'
        ? { 'content-range': `bytes */${problem['size']}` }
        : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
      ...headers,
    },
  });
}
