import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryDelayMs } from './retry-delay.ts';

const clock = { now: () => new Date('2026-03-01T12:00:00Z'), monotonic: () => 0 };

describe('the wait before another attempt', () => {
  it('grows with every attempt up to four seconds, somewhere in its range', () => {
    const longest = [1, 2, 3, 4, 5, 10].map(attempt => retryDelayMs(attempt, undefined, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 4000, 4000]);
    expect(retryDelayMs(1, undefined, () => 0)).toBe(0);
    expect(retryDelayMs(1, undefined, () => 0.5)).toBe(250);
  });

  it('is what the server asked for and a little more, never less', () => {
    expect(retryDelayMs(1, 2000, () => 0)).toBe(2000);
    expect(retryDelayMs(1, 2000, () => 1)).toBe(2400);
    expect(retryDelayMs(3, 0, () => 1)).toBe(0);
  });

  it('does not exist where the server asks for more than ten seconds', () => {
    expect(retryDelayMs(1, 10_000, () => 0)).toBe(10_000);
    expect(retryDelayMs(1, 10_001, () => 0)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it('is read in seconds and as a date', () => {
    expect(parseRetryAfter('7', clock)).toBe(7000);
    expect(parseRetryAfter('0', clock)).toBe(0);
    expect(parseRetryAfter('Sun, 01 Mar 2026 12:00:30 GMT', clock)).toBe(30_000);
    expect(parseRetryAfter('Sunday, 01-Mar-26 12:00:30 GMT', clock)).toBe(30_000);
  });

  it('is now where its date has passed', () => {
    expect(parseRetryAfter('Sun, 01 Mar 2026 11:00:00 GMT', clock)).toBe(0);
  });

  it('says nothing where it makes no sense', () => {
    for (const nonsense of [undefined, '', '-5', '1.5', 'soon', '12345678901', '2026-03-01']) {
      expect(parseRetryAfter(nonsense, clock), String(nonsense)).toBeUndefined();
    }
  });
});
