import { describe, expect, it } from 'vitest';
import { isAllowedHost, isSameOrigin } from './hosts.ts';

describe('the Host header', () => {
  it('is answered for loopback names and for what is allowed', () => {
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000', 'LocalHost', 'a.localhost:1'])
      expect(isAllowedHost(host, []), host).toBe(true);
    expect(isAllowedHost('sounds.example.org', ['sounds.example.org'])).toBe(true);
    expect(isAllowedHost('Sounds.Example.org:8443', ['sounds.example.org'])).toBe(true);
    expect(isAllowedHost('sounds.example.org:1', ['sounds.example.org:8443'])).toBe(false);
  });

  it('is refused for foreign, missing and malformed names', () => {
    for (const host of [
      null,
      undefined,
      '',
      'evil.example',
      'localhost.evil.example',
      'evil.example/localhost',
      'localhost@evil',
      '[::1',
      'a b',
    ])
      expect(isAllowedHost(host, ['sounds.example.org']), String(host)).toBe(false);
  });
});

describe('a request that changes something', () => {
  const facts = { method: 'POST', host: 'localhost:3000', origin: null, fetchSite: null, publicUrl: undefined };

  it('may come from this origin, from the person, and from programs', () => {
    expect(isSameOrigin(facts)).toBe(true);
    expect(isSameOrigin({ ...facts, fetchSite: 'same-origin', origin: 'http://localhost:3000' })).toBe(true);
    expect(isSameOrigin({ ...facts, fetchSite: 'none' })).toBe(true);
    expect(
      isSameOrigin({ ...facts, host: 'inner:80', origin: 'https://s.example', publicUrl: 'https://s.example' }),
    ).toBe(true);
  });

  it('may not come from another site, another port or a sandboxed page', () => {
    expect(isSameOrigin({ ...facts, fetchSite: 'cross-site' })).toBe(false);
    expect(isSameOrigin({ ...facts, fetchSite: 'same-site' })).toBe(false);
    expect(isSameOrigin({ ...facts, origin: 'http://localhost:4000' })).toBe(false);
    expect(isSameOrigin({ ...facts, origin: 'null' })).toBe(false);
    expect(isSameOrigin({ ...facts, method: 'DELETE', origin: 'https://evil.example' })).toBe(false);
  });

  it('is not needed for reading', () => {
    expect(isSameOrigin({ ...facts, method: 'GET', fetchSite: 'cross-site' })).toBe(true);
  });
});
