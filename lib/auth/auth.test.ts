import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AuthService, SESSION_SECONDS } from './auth.service.ts';

const TOKEN = 'correct-horse-battery';

function setUp(
  access: 'open' | 'login' = 'login',
  adminToken = TOKEN,
  key = randomBytes(32),
  metricsToken: string | undefined = undefined,
) {
  const time = { wall: Date.parse('2026-01-01T00:00:00Z'), steady: 0 };
  const clock = { now: () => new Date(time.wall), monotonic: () => time.steady };
  const auth = new AuthService({ access, adminToken, metricsToken, key, clock });
  return { auth, time, key, session: (value: string) => ({ authorization: null, session: value }) };
}

const nobody = { authorization: null, session: undefined };

describe('access', () => {
  it('is everyone’s when open', () => {
    expect(setUp('open').auth.allows('admin', nobody)).toBe(true);
  });

  it('needs a token or a session when a login is asked for', () => {
    const { auth, session } = setUp();
    expect(auth.allows('sounds.read', nobody)).toBe(false);
    expect(auth.allows('public', nobody)).toBe(true);
    expect(auth.allows('admin', { authorization: `Bearer ${TOKEN}`, session: undefined })).toBe(true);
    expect(auth.allows('admin', { authorization: `Bearer ${TOKEN}x`, session: undefined })).toBe(false);
    expect(auth.allows('admin', { authorization: `Basic ${TOKEN}`, session: undefined })).toBe(false);
    expect(auth.allows('admin', session(auth.login(TOKEN, 'a')))).toBe(true);
    expect(() => auth.require('admin', nobody)).toThrow(/needs a login/);
  });

  it('is given by the metrics token to who watches, and to nothing else', () => {
    const watcher = { authorization: 'Bearer the-metrics-token', session: undefined };
    const admin = { authorization: `Bearer ${TOKEN}`, session: undefined };
    const { auth } = setUp('login', TOKEN, undefined, 'the-metrics-token');
    for (const right of ['metrics.read', 'readiness.read'] as const) {
      expect(auth.allows(right, watcher)).toBe(true);
      expect(auth.allows(right, admin)).toBe(true);
      expect(auth.allows(right, nobody)).toBe(false);
      expect(auth.allows(right, { ...watcher, authorization: 'Bearer the-metrics-tokem' })).toBe(false);
    }
    for (const right of ['pages.read', 'sounds.read', 'sounds.write', 'admin'] as const)
      expect(auth.allows(right, watcher)).toBe(false);
  });

  it('needs the metrics token for the metrics where there is one, open or not', () => {
    const { auth } = setUp('open', TOKEN, undefined, 'the-metrics-token');
    expect(auth.allows('metrics.read', nobody)).toBe(false);
    expect(() => auth.require('metrics.read', nobody)).toThrow(/METRICS_TOKEN/);
    expect(auth.allows('metrics.read', { authorization: 'Bearer the-metrics-token', session: undefined })).toBe(true);
    expect(auth.allows('readiness.read', nobody)).toBe(true);
    expect(auth.allows('admin', nobody)).toBe(true);
    expect(setUp('open').auth.allows('metrics.read', nobody)).toBe(true);
    expect(setUp('login').auth.allows('metrics.read', nobody)).toBe(false);
  });

  it('refuses a session that was altered, expired, or made under another token', () => {
    const { auth, time, key, session } = setUp();
    const value = auth.login(TOKEN, 'a');
    for (let i = 0; i < value.length; i += 1) {
      const altered = value.slice(0, i) + (value[i] === 'A' ? 'B' : 'A') + value.slice(i + 1);
      expect(auth.allows('admin', session(altered)), altered).toBe(false);
    }
    expect(setUp('login', 'another-token-entirely', key).auth.allows('admin', session(value))).toBe(false);
    time.wall += (SESSION_SECONDS + 1) * 1000;
    expect(auth.allows('admin', session(value))).toBe(false);
  });

  it('locks an address out for a minute after ten wrong tokens, and no other address', () => {
    const { auth, time } = setUp();
    for (let i = 0; i < 10; i += 1) expect(() => auth.login('wrong', 'a')).toThrow(/not the admin token/);
    expect(() => auth.login(TOKEN, 'a')).toThrow(/Too many wrong tokens. Try again in 60 s/);
    expect(auth.login(TOKEN, 'b')).toBeTruthy();
    time.steady += 60_001;
    expect(auth.login(TOKEN, 'a')).toBeTruthy();
  });

  it('does not forget wrong tokens when the wall clock is set back', () => {
    const { auth, time } = setUp();
    for (let i = 0; i < 10; i += 1) expect(() => auth.login('wrong', 'a')).toThrow();
    time.wall -= 3_600_000;
    expect(() => auth.login(TOKEN, 'a')).toThrow(/Too many/);
  });
});
