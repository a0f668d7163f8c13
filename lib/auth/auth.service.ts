import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { AppError } from '#lib/base/errors.ts';
import type { Right } from './rights.ts';

/** Lifetime of a login, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 3600;
export const SESSION_COOKIE = 'talk2me_session';

const ATTEMPTS = 10;
const ATTEMPTS_WINDOW_MS = 60_000;
/** More addresses than this are not told apart, so that an attacker cannot fill the memory. */
const MAX_ADDRESSES = 10_000;

/** What the metrics token is good for. */
const WATCHING: ReadonlySet<Right> = new Set(['metrics.read', 'readiness.read']);

export interface Credentials {
  /** The value of `Authorization`, or null. */
  authorization: string | null;
  /** The value of the session cookie, or undefined. */
  session: string | undefined;
}

export interface AuthOptions {
  access: 'open' | 'login';
  /** Needed where access is `login`. */
  adminToken: string | undefined;
  /** Of the programs that watch this server. */
  metricsToken?: string | undefined;
  /** Random bytes that stay the same over restarts. */
  key: Buffer;
  clock: Clock;
}

/** Decides who is let in. Stateless but for the count of wrong tokens. */
export class AuthService {
  readonly #options: AuthOptions;
  /** Times of wrong tokens by client address, oldest first. */
  readonly #failures = new Map<string, number[]>();

  constructor(options: AuthOptions) {
    if (options.access === 'login' && options.adminToken === undefined) throw new Error('ACCESS=login without a token');
    this.#options = options;
  }

  get access(): 'open' | 'login' {
    return this.#options.access;
  }

  /** @throws AppError `access.login_required` */
  require(right: Right, credentials: Credentials): void {
    if (this.allows(right, credentials)) return;
    throw new AppError(
      'access.login_required',
      right === 'metrics.read' && this.#options.metricsToken !== undefined
        ? 'This needs METRICS_TOKEN as a bearer token.'
        : 'This needs a login: send the admin token as a bearer token, or log in at /login.',
    );
  }

  allows(right: Right, { authorization, session }: Credentials): boolean {
    if (right === 'public') return true;
    const { access, metricsToken } = this.#options;
    const bearer = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (metricsToken !== undefined && WATCHING.has(right)) {
      if (bearer !== undefined && sameSecret(bearer, metricsToken)) return true;
      if (access === 'open') return right !== 'metrics.read';
    }
    if (access === 'open') return true;
    if (bearer !== undefined && this.#isToken(bearer)) return true;
    return session !== undefined && this.#isSession(session);
  }

  /**
   * Exchanges the token for the value of a session cookie.
   *
   * @param address the client's network address, for counting wrong tokens
   * @throws AppError `access.wrong_token`; `access.too_many_attempts` after ten wrong ones from one address in a minute
   */
  login(token: string, address: string): string {
    this.#refuseWhenTooMany(address);
    if (this.#options.access === 'open' || this.#isToken(token)) {
      this.#failures.delete(address);
      const expires = Math.floor(this.#options.clock.now().getTime() / 1000) + SESSION_SECONDS;
      const body = `${expires}.${randomBytes(12).toString('base64url')}`;
      return `${body}.${this.#sign(body)}`;
    }
    this.#countFailure(address);
    throw new AppError(
      'access.wrong_token',
      'That is not the admin token. It is in ADMIN_TOKEN, or in the file admin-token of the data folder.',
    );
  }

  #isToken(candidate: string): boolean {
    const token = this.#options.adminToken;
    return token !== undefined && sameSecret(candidate, token);
  }

  #isSession(value: string): boolean {
    const match = /^(\d{1,12})\.([\w-]{16})\.([\w-]{43})$/.exec(value);
    if (match === null) return false;
    const [, expires, nonce, signature] = match as unknown as [string, string, string, string];
    if (!sameSecret(signature, this.#sign(`${expires}.${nonce}`))) return false;
    return Number(expires) * 1000 > this.#options.clock.now().getTime();
  }

  /** Keyed by the token too, so that changing the token ends all sessions. */
  #sign(body: string): string {
    return createHmac('sha256', this.#options.key)
      .update(`session\0${this.#options.adminToken ?? ''}\0${body}`)
      .digest('base64url');
  }

  #recentFailures(address: string): number[] {
    const since = this.#options.clock.monotonic() - ATTEMPTS_WINDOW_MS;
    return (this.#failures.get(address) ?? []).filter(time => time > since);
  }

  #refuseWhenTooMany(address: string): void {
    const failures = this.#recentFailures(this.#bucket(address));
    if (failures.length < ATTEMPTS) return;
    const retryAfter = ((failures[0] ?? 0) + ATTEMPTS_WINDOW_MS - this.#options.clock.monotonic()) / 1000;
    throw new AppError('access.too_many_attempts', `Too many wrong tokens. Try again in ${Math.ceil(retryAfter)} s.`, {
      retryAfter,
    });
  }

  #countFailure(address: string): void {
    const bucket = this.#bucket(address);
    const failures = this.#recentFailures(bucket);
    failures.push(this.#options.clock.monotonic());
    this.#failures.set(bucket, failures);
    if (this.#failures.size > MAX_ADDRESSES) this.#forgetOld();
  }

  #bucket(address: string): string {
    return this.#failures.size >= MAX_ADDRESSES && !this.#failures.has(address) ? 'everyone else' : address;
  }

  #forgetOld(): void {
    for (const address of this.#failures.keys()) {
      if (this.#recentFailures(address).length === 0) this.#failures.delete(address);
    }
  }
}

/** Compares in a time that tells nothing, whatever the lengths. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
