import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Operation } from '#lib/http/operation.ts';
import { OPERATIONS, PAGE_RIGHTS } from '#lib/http/operations.ts';
import { madeBook, rendered } from './support/books.ts';
import { expectProblem, listed, rawRequest, rawSocket, upload, uploaded, type RawAnswer } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const TOKEN = 'the-token-of-the-access-tests';
const HOST = { host: '127.0.0.1' };

const operations = Object.values(OPERATIONS) as Operation[];
/** Of the server under test: a book and a render of it, which must be there to be read. */
const ids = { book: '', render: '' };
const filled = (template: string) =>
  template
    .replace('/voices/{id}', '/voices/embedded:slt')
    .replace(/\/(audiobooks|studio)\/\{id\}/, `/$1/${ids.book}`)
    .replace('/renders/{id}', `/renders/${ids.render}`)
    .replace('{kind}', 'effects')
    .replace('{id}', 'bell');
const isForm = (page: string) => page.includes('/form');

/** Logs in, and gives the `Cookie` header of the session. */
async function cookieFor(server: TestServer, token = TOKEN): Promise<string> {
  const response = await fetch(`${server.url}/api/login`, {
    method: 'POST',
    body: JSON.stringify({ token }),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

function formPost(server: TestServer, at: string, fields: Record<string, string>, headers = {}): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'POST',
    path: at,
    headers: { ...HOST, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: Buffer.from(new URLSearchParams(fields).toString()),
  });
}

describe('a server that asks for a login', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN } });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const bytes = await makeAudio({ format: 'wav', seconds: 0.05 });
    expect((await upload(server, { bytes, fields: { id: 'bell', name: 'Secret name' }, headers })).status).toBe(201);
    ids.book = (await madeBook(server, { title: 'Secret name', script: '{{{voice:slt}}}Hello.' }, headers)).id;
    ids.render = (await rendered(server, ids.book, {}, headers)).id;
  });
  afterAll(() => server.stop());

  const guarded = operations.filter(operation => operation.right !== 'public');
  it.each(guarded.map(({ method, path: at }) => [method, at] as const))(
    'refuses %s %s to strangers, before it looks at anything else',
    async (method, at) => {
      for (const address of [filled(at), `${filled(at)}?unknown=1`]) {
        const response = await fetch(server.url + address, { method });
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        await expectProblem(response, 401, 'access.login_required');
      }
      for (const authorization of ['Bearer wrong', `Basic ${btoa(`:${TOKEN}`)}`, TOKEN, `Bearer ${TOKEN}x`, 'Bearer']) {
        const response = await fetch(server.url + filled(at), { method, headers: { authorization } });
        await expectProblem(response, 401, 'access.login_required');
      }
      const forged = { cookie: `talk2me_session=9999999999.${'A'.repeat(16)}.${'A'.repeat(43)}` };
      await expectProblem(
        await fetch(server.url + filled(at), { method, headers: forged }),
        401,
        'access.login_required',
      );
    },
  );

  const reading = guarded.filter(operation => operation.method === 'GET');
  it.each(reading.map(operation => operation.path))('answers GET %s to the token and to a session', async at => {
    const cookie = await cookieFor(server);
    for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { authorization: `bearer ${TOKEN}` }, { cookie }]) {
      const response = await fetch(server.url + filled(at), { headers: headers as Record<string, string> });
      expect(response.status, `${at} ${JSON.stringify(headers)}`).toBe(200);
      await response.body?.cancel();
    }
  });

  it('takes changes from the token and from a session', async () => {
    const address = `${server.url}/api/sounds/effects/bell`;
    const cookie = await cookieFor(server);
    for (const credentials of [{ authorization: `Bearer ${TOKEN}` }, { cookie }]) {
      const headers = { 'content-type': 'application/json', ...(credentials as Record<string, string>) };
      expect((await fetch(address, { method: 'PATCH', headers, body: '{"name": "Bell"}' })).status).toBe(200);
      expect((await fetch(address, { method: 'DELETE', headers })).status).toBe(204);
      expect((await fetch(`${address}/restore`, { method: 'POST', headers })).status).toBe(200);
    }
  });

  const pages = Object.entries(PAGE_RIGHTS).filter(([, right]) => right !== 'public');
  it.each(pages.map(([page]) => page))('leads strangers from %s to the login and back', async page => {
    const method = isForm(page) ? 'POST' : 'GET';
    const response = await fetch(server.url + filled(page), { method, redirect: 'manual' });
    expect([303, 307]).toContain(response.status);
    const login = new URL(response.headers.get('location')!, server.url);
    expect(login.pathname).toBe('/login');
    const back = filled(page).replace(/\/form\/.*$/, '') || '/';
    expect([back, path.posix.dirname(back)]).toContain(login.searchParams.get('next'));
    const body = await response.text();
    expect(body).not.toContain('Secret name');
  });

  it.each(pages.map(([page]) => page).filter(page => !isForm(page)))('shows %s to a session', async page => {
    const headers = { cookie: await cookieFor(server) };
    const response = await fetch(server.url + filled(page), { headers, redirect: 'manual' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('shows the public calls and the login to everybody', async () => {
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
    const login = await fetch(`${server.url}/login`);
    expect(login.status).toBe(200);
    expect(await login.text()).toMatch(/<form[^>]*action="\/login\/form"/);
    expect((await fetch(`${server.url}/api/logout`, { method: 'POST' })).status).toBe(204);
  });

  it('sets a session cookie that scripts cannot read and other sites cannot use', async () => {
    const body = JSON.stringify({ token: TOKEN });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/api/login`, { method: 'POST', body, headers });
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^talk2me_session=\d+\.[\w-]+\.[\w-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(TOKEN);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('logs in through the form, and goes on to where the visitor wanted', async () => {
    const answer = await formPost(server, '/login/form', { token: TOKEN, next: '/sounds/effects?q=bell' });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/sounds/effects?q=bell' } });
    const cookie = answer.headers['set-cookie']![0]!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
    const page = await fetch(`${server.url}/sounds/effects?q=bell`, { headers: { cookie: cookie.split(';')[0]! } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('bell');
    const wrong = await formPost(server, '/login/form', { token: 'wrong', next: '/sounds/effects' });
    expect(wrong.status).toBe(303);
    expect(wrong.headers.location).toMatch(/^\/login\?/);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    const notice = await fetch(server.url + wrong.headers.location);
    expect(await notice.text()).toContain('That is not the admin token');
  });

  it('ends the session in the browser on logout', async () => {
    const api = await fetch(`${server.url}/api/logout`, { method: 'POST' });
    const form = await formPost(server, '/logout/form', {});
    expect(form).toMatchObject({ status: 303, headers: { location: '/login' } });
    for (const cookie of [api.headers.get('set-cookie')!, form.headers['set-cookie']![0]!]) {
      expect(cookie).toBe('talk2me_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
    }
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/%09/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/.//evil.example',
    '/..//evil.example',
    '/x/..//evil.example',
    'http:/\\evil.example',
    '/@evil.example',
    ' //evil.example',
    '/sounds\r\nSet-Cookie: a=b',
  ])('never leads away after the login: %j', async next => {
    const answer = await formPost(server, '/login/form', { token: TOKEN, next });
    expect(answer.status).toBe(303);
    const location = answer.headers.location!;
    expect(location).toMatch(/^\/(?![/\\])/);
    expect(new URL(location, server.url).origin).toBe(server.url);
    expect(answer.headers['set-cookie']).toHaveLength(1);
    const page = await (await fetch(`${server.url}/login?next=${encodeURIComponent(next)}`)).text();
    const offered = /name="next" value="([^"]*)"/.exec(page)![1]!.replaceAll('&amp;', '&');
    expect(offered).toMatch(/^\/(?![/\\])/);
    expect(new URL(offered, server.url).origin).toBe(server.url);
  });

  it('refuses the eleventh wrong token of a minute, and the right one with it, and says how long', async () => {
    await using fresh = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN } });
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-for': '1.2.3.4',
      'x-talk2me-address': '1.2.3.4',
    };
    const login = (token: string) =>
      fetch(`${fresh.url}/api/login`, { method: 'POST', body: JSON.stringify({ token }), headers });
    for (let i = 0; i < 10; i += 1) await expectProblem(await login('wrong'), 401, 'access.wrong_token');
    for (const token of ['wrong', TOKEN]) {
      const response = await login(token);
      const seconds = Number(response.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      await expectProblem(response, 429, 'access.too_many_attempts');
    }
    // Another name for the client does not help, and who has the token needs no login.
    headers['x-talk2me-address'] = '5.6.7.8';
    await expectProblem(await login(TOKEN), 429, 'access.too_many_attempts');
    const bearer = await fetch(`${fresh.url}/api/sounds/effects`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(bearer.status).toBe(200);
    expect(fresh.output()).not.toContain(TOKEN);
  });
});

describe('the cookie behind TLS', () => {
  it('is sent over TLS only where PUBLIC_URL is https, and the public name is answered', async () => {
    await using server = await startServer({
      env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN, PUBLIC_URL: 'https://sounds.example.org' },
    });
    const answer = await rawRequest(server, {
      method: 'POST',
      path: '/api/login',
      headers: {
        host: 'sounds.example.org',
        origin: 'https://sounds.example.org',
        'content-type': 'application/json',
      },
      body: Buffer.from(JSON.stringify({ token: TOKEN })),
    });
    expect(answer.status, answer.text).toBe(204);
    expect(answer.headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
  });
});

describe('the admin token', () => {
  it('is made at the first start, kept for its owner alone, and printed exactly once', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'talk2me-token-'));
    await chmod(dataDir, 0o755);
    try {
      let printed = '';
      for (let start = 0; start < 2; start += 1) {
        await using server = await startServer({ dataDir, env: { ACCESS: 'login' } });
        const token = (await readFile(path.join(dataDir, 'admin-token'), 'utf8')).trim();
        expect(token).toMatch(/^[\w-]{32}$/);
        expect((await stat(path.join(dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
        const headers = { authorization: `Bearer ${token}` };
        expect((await fetch(`${server.url}/api/sounds/effects`, { headers })).status).toBe(200);
        await server.stop();
        printed += server.output();
        expect(printed.split(token).length - 1).toBe(1);
      }
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  it('is not made where nobody needs it', async () => {
    await using server = await startServer();
    await expect(stat(path.join(server.dataDir, 'admin-token'))).rejects.toThrow(/ENOENT/);
    expect((await fetch(`${server.url}/api/sounds/effects`)).status).toBe(200);
  });
});

describe('an open server', () => {
  let server: TestServer;
  let asset: string;
  beforeAll(async () => {
    server = await startServer({ env: { ALLOWED_HOSTS: 'studio.example,other.example:8080' } });
    await uploaded(server, { bytes: await makeAudio({ format: 'wav', seconds: 0.05 }), fields: { id: 'bell' } });
    const page = await (await fetch(server.url)).text();
    asset = /(\/_next\/static\/[^"]+)"/.exec(page)![1]!;
  });
  afterAll(() => server.stop());

  it('answers foreign host names nowhere: not on the API, a page or a file', async () => {
    const addresses = ['/api/health', '/api/sounds/effects', '/', '/sounds/effects/bell', '/login', asset, '/icon.svg'];
    for (const at of [...addresses, '/api/sounds/effects/bell/audio', '/nowhere', '/_next/image?url=x']) {
      for (const host of [
        'evil.example',
        `evil.example:${server.port}`,
        '127.0.0.1.evil.example',
        '127.0.0.1@evil.example',
      ]) {
        const answer = await rawRequest(server, { path: at, headers: { host } });
        expect(answer.status, `${at} for ${host}`).toBe(403);
        expect(JSON.parse(answer.text), `${at} for ${host}`).toMatchObject({
          code: 'access.host_refused',
          status: 403,
        });
      }
    }
  });

  it('answers nobody who names no host', async () => {
    for (const request of [
      'GET / HTTP/1.0\r\n\r\n',
      'GET /api/health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
    ]) {
      expect(await rawSocket(server, request)).toMatch(/^HTTP\/1\.1 40[03] /);
    }
  });

  it('answers loopback names and those it was told', async () => {
    const names = [
      'localhost',
      `localhost:${server.port}`,
      '127.0.0.1',
      '127.9.9.9',
      '[::1]',
      'app.localhost',
      'LOCALHOST',
    ];
    for (const host of [...names, 'studio.example', 'studio.example:1234', 'other.example:8080']) {
      for (const at of ['/api/health', asset]) {
        expect((await rawRequest(server, { path: at, headers: { host } })).status, `${host} ${at}`).toBe(200);
      }
    }
    expect((await rawRequest(server, { path: '/api/health', headers: { host: 'other.example' } })).status).toBe(403);
  });

  const changing: [method: string, at: string][] = [
    ...operations.filter(({ method }) => method !== 'GET').map(o => [o.method, o.path] as [string, string]),
    ...Object.keys(PAGE_RIGHTS)
      .filter(isForm)
      .map(page => ['POST', page] as [string, string]),
  ];
  it.each(changing)('refuses %s %s that a page of another site asks for', async (method, at) => {
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { origin: 'null' },
      { origin: 'nonsense' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: server.url },
    ]) {
      const answer = await rawRequest(server, {
        method,
        path: filled(at),
        headers: { host: `127.0.0.1:${server.port}`, ...(foreign as Record<string, string>) },
      });
      expect(answer.status, `${JSON.stringify(foreign)}: ${answer.text}`).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'access.cross_site' });
    }
    expect((await fetch(`${server.url}/api/sounds/effects/bell`)).status).toBe(200);
  });

  it('takes changes from its own pages, the address bar and programs, and lets others read links', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    for (const own of [{ origin }, { 'sec-fetch-site': 'same-origin', origin }, { 'sec-fetch-site': 'none' }, {}]) {
      const answer = await rawRequest(server, {
        method: 'POST',
        path: '/api/logout',
        headers: { host: `127.0.0.1:${server.port}`, ...(own as Record<string, string>) },
      });
      expect(answer.status).toBe(204);
    }
    const followed = await fetch(`${server.url}/sounds/effects`, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(followed.status).toBe(200);
  });

  const EVERYWHERE = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };

  it('sends the security headers with pages, files, API answers, errors and redirects', async () => {
    const addresses = [
      '/',
      '/sounds/effects',
      '/sounds/effects/bell',
      '/docs',
      '/login',
      asset,
      '/api/health',
      '/api/nothing',
    ];
    for (const at of [
      ...addresses,
      '/nowhere',
      '/sounds/effects/missing',
      '/sounds/music',
      '/api/sounds/effects/bell/audio',
    ]) {
      const response = await fetch(server.url + at, { redirect: 'manual' });
      const headers = Object.fromEntries(response.headers);
      expect(headers, at).toMatchObject(EVERYWHERE);
      expect(headers['content-security-policy'], at).toMatch(
        /default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/,
      );
      expect(headers['content-security-policy'], at).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
      expect(headers['x-request-id'], at).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
      await response.body?.cancel();
    }
  });

  it('gives every page a nonce of its own, and puts it on every script of the page', async () => {
    const nonces = new Set<string>();
    for (const at of ['/', '/', '/sounds/effects', '/sounds/effects/bell', '/docs', '/login', '/nowhere']) {
      const response = await fetch(server.url + at);
      const nonce = /script-src [^;]*'nonce-([^']+)'/.exec(response.headers.get('content-security-policy')!)![1]!;
      const scripts = [...(await response.text()).matchAll(/<script\b[^>]*>/g)].map(match => match[0]);
      expect(scripts.length, at).toBeGreaterThan(0);
      for (const script of scripts) expect(script, at).toContain(`nonce="${nonce}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(7);
  });

  it('does not believe a request id or an address that the client makes up', async () => {
    const headers = { 'x-request-id': 'made-up"\n', 'content-security-policy': "script-src 'nonce-evil'" };
    headers['x-request-id'] = 'made-up';
    const response = await fetch(`${server.url}/api/nothing`, { headers });
    expect((await expectProblem(response, 404, 'request.not_found'))['request_id']).not.toBe('made-up');
    const page = await (await fetch(server.url, { headers })).text();
    expect(page).not.toContain('nonce="evil"');
  });

  it('has a 404 page for what there is not, and no more', async () => {
    for (const at of [
      '/nowhere',
      '/sounds/music',
      '/sounds/effects/missing',
      '/sounds/effects/UPPER',
      '/sounds',
      '/.env',
      '/data/talk2me.db',
    ]) {
      const response = await fetch(server.url + at);
      expect(response.status, at).toBe(404);
      expect(await response.text()).toContain('Nothing here');
    }
    const traversals = [
      '/..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/_next/static/..%2f..%2fBUILD_ID',
      '/%FF',
      '/%',
    ];
    for (const at of traversals) {
      const answer = await rawRequest(server, { path: at, headers: HOST });
      expect([400, 404, 308], at).toContain(answer.status);
      expect(answer.text).not.toMatch(/root:|Internal Server Error/);
    }
  });
});

describe('a start', () => {
  it('with a wrong environment ends with exit code 1 and one message that names every wrong variable', async () => {
    const wrong = {
      HOST: 'no such host!',
      PORT: '70000',
      PUBLIC_URL: 'example.org/path',
      ALLOWED_HOSTS: 'a b',
      ACCESS: 'maybe',
      ADMIN_TOKEN: 'short secret',
      LOG_LEVEL: 'loud',
      MAX_FILE_SIZE: '0',
      CHUNK_SIZE: '5',
      REDIS_URL: 'http://:hush@redis.example',
    };
    const error = await startServer({ env: wrong }).then(
      () => expect.fail('It started.'),
      (failure: unknown) => failure as Error,
    );
    expect(error.message).toContain('ended with 1');
    const printed = error.message.slice(error.message.indexOf('printed:'));
    for (const name of Object.keys(wrong)) expect(printed).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(printed.match(/The configuration is wrong/g)).toHaveLength(1);
    expect(printed).not.toMatch(/short secret|hush|\n\s+at /);
  });

  it('on a folder that another server owns ends with a sentence that names the first', async () => {
    await using first = await startServer();
    const second = startServer({ dataDir: first.dataDir });
    const error = await second.then(
      () => expect.fail('It started.'),
      (failure: unknown) => failure as Error,
    );
    expect(error.message).toContain('ended with 1');
    expect(error.message).toContain(`in use by process ${first.pid} at ${first.url}`);
    expect(error.message).not.toMatch(/\n\s+at /);
    // With REDIS_URL the second would share, but the first does not.
    const shared = startServer({ dataDir: first.dataDir, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    await expect(shared).rejects.toThrow(/in use by process/);
    expect((await fetch(`${first.url}/api/health`)).status).toBe(200);
  });

  it('on a folder of a server that shares it, with REDIS_URL on both, sees what the other writes', async () => {
    const env = { REDIS_URL: 'redis://127.0.0.1:1' };
    await using first = await startServer({ env });
    await using second = await startServer({ env, dataDir: first.dataDir });
    const bytes = await makeAudio({ format: 'wav', seconds: 0.05 });
    const sound = await uploaded(first, { bytes, fields: { id: 'shared' } });
    expect(await (await fetch(`${second.url}/api/sounds/effects/shared`)).json()).toEqual(sound);
    await expectProblem(await upload(second, { bytes }), 409, 'sound.duplicate');
    expect((await fetch(`${second.url}/api/sounds/effects/shared`, { method: 'DELETE' })).status).toBe(204);
    expect((await listed(first, 'effects')).total).toBe(0);
    // Both at once: one wins, whichever server it asked.
    const other = await makeAudio({ format: 'wav', seconds: 0.06 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => upload(i % 2 === 0 ? first : second, { bytes: other })),
    );
    expect(answers.map(answer => answer.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    expect((await listed(second, 'effects')).total).toBe(1);
  });

  it('open on every address warns loudly', async () => {
    await using server = await startServer({ env: { HOST: '0.0.0.0', ACCESS: 'open' } });
    const warnings = server.logs().filter(line => line['level'] === 40 || line['level'] === 'warn');
    expect(JSON.stringify(warnings)).toMatch(/ACCESS=open on HOST=0\.0\.0\.0/);
  });

  it('on every address asks for a login by itself', async () => {
    await using server = await startServer({ env: { HOST: '0.0.0.0', ADMIN_TOKEN: TOKEN } });
    await expectProblem(await fetch(`${server.url}/api/sounds/effects`), 401, 'access.login_required');
  });
});
