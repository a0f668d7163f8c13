import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/base/errors.ts';
import { problemOf, problemResponse, START_CODES, STATUS_OF_CODE } from './problems.ts';

/** Every text in the product that looks like the first argument of an error: `room.what`. */
function codesInSource(): Set<string> {
  const files = globSync(['lib/**/*.ts', 'app/**/*.ts'], {
    exclude: ['**/*.test.ts', '**/*.suite.ts', '**/*.fixture.ts', '**/*.test-worker.ts'],
  });
  const codes = new Set<string>();
  for (const file of files.filter(name => !name.endsWith('problems.ts'))) {
    for (const [, code] of readFileSync(file, 'utf8').matchAll(/AppError\(\s*'([a-z]+\.[a-z_]+)'/g)) codes.add(code!);
  }
  return codes;
}

describe('the table of problems', () => {
  it('has a status for every code that is thrown, unless it only stops the start', () => {
    const missing = [...codesInSource()].filter(code => !(code in STATUS_OF_CODE) && !START_CODES.has(code));
    expect(missing).toEqual([]);
    expect(codesInSource().size).toBeGreaterThan(20);
  });

  it('tells the client what is wrong, where, and what is known', () => {
    const error = new AppError('sound.duplicate', 'Already here as rain.', {
      issues: [{ path: 'audio_file', message: 'is here' }],
      details: { id: 'rain' },
    });
    expect(problemOf(error, 'r1')).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'Already here as rain.',
      code: 'sound.duplicate',
      errors: [{ path: 'audio_file', message: 'is here' }],
      id: 'rain',
      request_id: 'r1',
    });
  });

  it('is opaque about what was not foreseen', () => {
    for (const error of [
      new Error('select * from sounds at /srv/data'),
      'text',
      undefined,
      new AppError('no.such_code', 'secret'),
    ]) {
      const problem = problemOf(error, 'r2');
      expect(problem).toMatchObject({ status: 500, code: 'internal.error', request_id: 'r2' });
      expect(JSON.stringify(problem)).not.toMatch(/select|\/srv|secret/);
    }
  });

  it('says when to come back, who to be, and that it is not to be kept', () => {
    const wait = problemResponse(new AppError('access.too_many_attempts', 'Wait.', { retryAfter: 12.2 }), 'r');
    expect([wait.status, wait.headers.get('retry-after')]).toEqual([429, '13']);
    const busy = problemResponse(new AppError('storage.busy', 'Busy.'), 'r');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    const login = problemResponse(new AppError('access.login_required', 'Log in.'), 'r');
    expect([login.status, login.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="talk2me"']);
    const range = problemResponse(new AppError('request.range', 'Past.', { details: { size: 7 } }), 'r');
    expect([range.status, range.headers.get('content-range')]).toEqual([416, 'bytes */7']);
    for (const response of [wait, busy, login, range]) {
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});
