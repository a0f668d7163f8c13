import { describe, expect, it } from 'vitest';
import { preferredType } from './accept.ts';

const OFFERED = ['text/plain', 'application/openmetrics-text'] as const;

describe('the preferred media type', () => {
  it.each([
    [null, 'text/plain'],
    ['', 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/html', 'text/plain'],
    ['text/*', 'text/plain'],
    ['application/openmetrics-text', 'application/openmetrics-text'],
    ['application/OpenMetrics-Text; version=1.0.0; charset=utf-8', 'application/openmetrics-text'],
    ['application/*;q=0.5', 'application/openmetrics-text'],
    ['text/plain;q=0.5,application/openmetrics-text', 'application/openmetrics-text'],
    ['text/plain, application/openmetrics-text;q=0.9', 'text/plain'],
    ['application/openmetrics-text;q=0, */*;q=0.1', 'text/plain'],
    ['application/openmetrics-text;q=nonsense, text/plain;q=0.1', 'text/plain'],
    // What Prometheus sends.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text',
    ],
  ])('of Accept: %s is %s', (accept, type) => {
    expect(preferredType(accept, OFFERED)).toBe(type);
  });
});
