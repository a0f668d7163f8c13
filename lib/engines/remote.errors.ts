/** What goes wrong with an engine behind a URL, said to people who may be able to mend it. Addresses and keys are never in it. */
import { AppError, type AppErrorOptions } from '#lib/base/errors.ts';
import type { TransportError } from './remote-transport.ts';

/** `speech.engine_unavailable`: trying again later makes sense. `what` ends the sentence "The engine x …". */
export function unavailable(engine: string, what: string, options: AppErrorOptions = {}): AppError {
  return speechError('speech.engine_unavailable', engine, what, options);
}

/** `speech.engine_failed`: it answered, and not with what was asked for. */
export function failed(engine: string, what: string, options: AppErrorOptions = {}): AppError {
  return speechError('speech.engine_failed', engine, what, options);
}

function speechError(
  code: 'speech.engine_unavailable' | 'speech.engine_failed',
  engine: string,
  what: string,
  options: AppErrorOptions = {},
): AppError {
  return new AppError(code, `The engine ${engine} ${what}`, {
    ...options,
    details: { engine, ...options.details },
  });
}

/** The name of a variable of this engine, for a remedy: `TTS_KOKORO_URL`. */
export function variableOf(
  engine: string,
  field: 'URL' | 'API_KEY' | 'MODEL' | 'VOICES' | 'TIMEOUT' | 'CONCURRENCY',
): string {
  return `TTS_${engine.toUpperCase()}_${field}`;
}

export function ofTransport(engine: string, error: TransportError): AppError {
  const { failure, message: why } = error;
  const url = variableOf(engine, 'URL');
  const cause = { cause: error };
  switch (failure) {
    case 'unreachable':
      return unavailable(engine, `cannot be reached: ${why}. Start it, or correct ${url}.`, cause);
    case 'untrusted':
      return unavailable(engine, `cannot be trusted: ${why}. Name its authority in NODE_EXTRA_CA_CERTS.`, cause);
    case 'broken':
    case 'slow':
      return unavailable(engine, `does not answer: ${why}. Try again in a moment.`, cause);
    case 'cut':
      return failed(engine, `broke off: ${why}. Try again in a moment.`, {
        ...cause,
        details: { engine_broke_off: true },
      });
    case 'not_http':
      return failed(engine, `cannot be talked to: ${why}. Correct ${url}.`, cause);
  }
}

/** Of an answer that is no success. @param said its own words, tidied */
export function ofStatus(
  engine: string,
  status: number,
  said: string | undefined,
  retryAfterMs: number | undefined,
): AppError {
  const options: AppErrorOptions = {
    details: { engine_status: status },
    ...(retryAfterMs === undefined ? {} : { retryAfter: Math.ceil(retryAfterMs / 1000) }),
  };
  const words = said === undefined ? '.' : `: ${said.replace(/[.\s]+$/, '')}.`;
  const url = variableOf(engine, 'URL');
  if (status >= 300 && status < 400) {
    return failed(
      engine,
      `sends elsewhere (HTTP ${status}), which is not followed. Give ${url} its final address.`,
      options,
    );
  }
  if (status === 401 || status === 403) {
    return failed(
      engine,
      `refuses the key (HTTP ${status})${words} Correct ${variableOf(engine, 'API_KEY')}.`,
      options,
    );
  }
  if (status === 404 || status === 405) {
    return failed(engine, `does not know this call (HTTP ${status})${words} Is ${url} right?`, options);
  }
  if (status === 429) return unavailable(engine, `has too much to do (HTTP 429)${words} Try again later.`, options);
  if ([502, 503, 504].includes(status)) {
    return unavailable(engine, `is not ready (HTTP ${status})${words} Try again later.`, options);
  }
  if (status >= 500) return failed(engine, `failed (HTTP ${status})${words}`, options);
  return failed(engine, `refused the request (HTTP ${status})${words}`, options);
}
