import type { Clock } from '#lib/base/clock.ts';

const BASE_MS = 250;
const MAX_BACKOFF_MS = 4_000;
/** Longer than this nobody waits inside a call: it fails, and says when to come back. */
const MAX_WAIT_MS = 10_000;

/**
 * Milliseconds to wait before the next attempt, or undefined where the server asks for more patience than a call has.
 *
 * "Full jitter" over an exponential range, so that callers who failed together do not come back together; where the server named a
 * time, up to a fifth more than that, and never less.
 *
 * @param attempt 1 after the first
 * @param retryAfterMs what the server asked for
 * @param random 0…1
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number | undefined {
  if (retryAfterMs === undefined) return random() * Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** attempt);
  if (retryAfterMs > MAX_WAIT_MS) return undefined;
  return retryAfterMs * (1 + random() / 5);
}

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, 10.2.3). Undefined for none, and for nonsense. */
export function parseRetryAfter(header: string | undefined, clock: Clock): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Only HTTP dates: Date.parse takes "-5" and many other things for one.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now().getTime());
}
