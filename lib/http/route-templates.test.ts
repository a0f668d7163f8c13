import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf, ROUTE_TEMPLATES, STATIC_ENDPOINT, UNKNOWN_ENDPOINT } from './route-templates.ts';

describe('the endpoint of an address', () => {
  it.each([
    ['/', '/'],
    ['/?q=rain', '/'],
    ['/metrics', '/metrics'],
    ['/api/health', '/api/health'],
    ['/api/sounds/effects', '/api/sounds/[kind]'],
    ['/api/sounds/effects?limit=5', '/api/sounds/[kind]'],
    ['/api/sounds/effects/rain', '/api/sounds/[kind]/[id]'],
    ['/api/sounds/effects/%C3%A9%2Fx', '/api/sounds/[kind]/[id]'],
    ['/api/sounds/effects/rain/audio?v=1#x', '/api/sounds/[kind]/[id]/audio'],
    ['/sounds/effects/rain', '/sounds/[kind]/[id]'],
    ['/sounds/effects/', '/sounds/[kind]'],
    ['http://a.example/api/health?x=1', '/api/health'],
  ])('of %s is the template of its route, %s', (target, template) => {
    expect(endpointOf(target)).toBe(template);
  });

  it('is the one with a name where a name and a value would both fit, but only where the rest fits too', () => {
    expect(endpointOf('/api/sounds/categories')).toBe('/api/sounds/categories');
    expect(endpointOf('/api/sounds/c%61tegories')).toBe('/api/sounds/categories');
    expect(endpointOf('/api/sounds/categories/rain')).toBe('/api/sounds/[kind]/[id]');
  });

  it('is one for every file of the build', () => {
    for (const target of ['/_next/static/chunks/a.js', '/_next/static/x/y.css?v=1', '/icon.svg'])
      expect(endpointOf(target)).toBe(STATIC_ENDPOINT);
    expect(endpointOf('/_next/image?url=%2Fa.png&w=64')).toBe('/_next/image');
  });

  it.each([
    '/nowhere',
    '/api',
    '/api/nothing',
    '/api/sounds//rain',
    '//api/health',
    '/api/health//',
    '/API/health',
    '/_next/static',
    '/_next/data/x.json',
    '/%FF',
    '/api/%zz',
    '',
    '*',
    'example.org:443',
    'http://',
  ])('of %j, where there is nothing, is one for all', target => {
    expect(endpointOf(target)).toBe(UNKNOWN_ENDPOINT);
  });

  it('is one of few, whatever is asked for, and never throws', () => {
    const few = new Set([...ROUTE_TEMPLATES, STATIC_ENDPOINT, '/_next/image', UNKNOWN_ENDPOINT]);
    const segment = fc.oneof(fc.constantFrom('api', 'sounds', 'effects', '', '%', '%2e', '[id]'), fc.string());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.array(segment).map(parts => `/${parts.join('/')}`),
        ),
        target => {
          expect(few).toContain(endpointOf(target));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of an address made from a template is that template', () => {
    for (const template of ROUTE_TEMPLATES) {
      expect(endpointOf(template.replaceAll(/\[\w+\]/g, 'x~y'))).toBe(template);
    }
  });
});
