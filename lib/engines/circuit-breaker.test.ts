import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

function setUp() {
  let now = 0;
  const clock = { now: () => new Date(now), monotonic: () => now };
  const breaker = new CircuitBreaker({ clock, threshold: 3, openMs: 1000, maxOpenMs: 3000 });
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) {
      expect(breaker.admit().admitted).toBe(true);
      breaker.failed();
    }
  };
  return { breaker, fail, pass: (ms: number) => void (now += ms) };
}

describe('a circuit breaker', () => {
  it('opens after so many failures in a row, and a success in between starts the count anew', () => {
    const { breaker, fail } = setUp();
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.isClosed).toBe(true);
    fail(1);
    expect(breaker.isClosed).toBe(false);
    expect(breaker.admit()).toEqual({ admitted: false, retryInMs: 1000 });
  });

  it('tells how long it stays open', () => {
    const { breaker, fail, pass } = setUp();
    fail(3);
    pass(400);
    expect(breaker.admit()).toEqual({ admitted: false, retryInMs: 600 });
  });

  it('lets one probe through when its time is over, and closes when that succeeds', () => {
    const { breaker, fail, pass } = setUp();
    fail(3);
    pass(1000);
    expect(breaker.admit()).toEqual({ admitted: true, probe: true });
    expect(breaker.admit()).toMatchObject({ admitted: false });
    breaker.succeeded();
    expect(breaker.isClosed).toBe(true);
    fail(2);
    expect(breaker.isClosed).toBe(true);
  });

  it('stays open twice as long after every probe that fails, up to its most', () => {
    const { breaker, fail, pass } = setUp();
    fail(3);
    for (const openMs of [1000, 2000, 3000, 3000]) {
      expect(breaker.admit()).toEqual({ admitted: false, retryInMs: openMs });
      pass(openMs);
      fail(1);
    }
  });

  it('gives the probe to the next one where the first is abandoned', () => {
    const { breaker, fail, pass } = setUp();
    fail(3);
    pass(1000);
    breaker.admit();
    breaker.abandoned();
    expect(breaker.isClosed).toBe(false);
    expect(breaker.admit()).toEqual({ admitted: true, probe: true });
  });

  it('believes a late answer of the server, and not a late failure', () => {
    const { breaker, fail } = setUp();
    fail(3);
    breaker.failed();
    expect(breaker.admit()).toEqual({ admitted: false, retryInMs: 1000 });
    breaker.abandoned();
    expect(breaker.isClosed).toBe(false);
    breaker.succeeded();
    expect(breaker.isClosed).toBe(true);
  });
});
