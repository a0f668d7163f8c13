import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReplyDeadlines } from './reply-deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function outcomeOf(promise: Promise<unknown>) {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    value => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}

test('a reply in time is given, and its own error too', async () => {
  const deadlines = new ReplyDeadlines(40);
  await expect(deadlines.watch(Promise.resolve(7))).resolves.toBe(7);
  await expect(deadlines.watch(Promise.reject(new TypeError('no')))).rejects.toThrow(TypeError);
});

test('a reply that is late is not waited for', async () => {
  const outcome = outcomeOf(new ReplyDeadlines(40).watch(new Promise(() => undefined)));
  await vi.advanceTimersByTimeAsync(34);
  expect(outcome).toEqual({});
  await vi.advanceTimersByTimeAsync(12);
  expect(String(outcome.error)).toContain('no answer within 40 ms');
});

test('every question has a deadline of its own', async () => {
  const deadlines = new ReplyDeadlines(40);
  const first = outcomeOf(deadlines.watch(new Promise(() => undefined)));
  await vi.advanceTimersByTimeAsync(20);
  const second = outcomeOf(deadlines.watch(new Promise(() => undefined)));
  await vi.advanceTimersByTimeAsync(26);
  expect(first.error).toBeDefined();
  expect(second.error).toBeUndefined();
  await vi.advanceTimersByTimeAsync(20);
  expect(second.error).toBeDefined();
});

test('a process that stood still for long reads what has arrived before it calls anything late', async () => {
  vi.useRealTimers();
  const { promise, resolve } = Promise.withResolvers<string>();
  const outcome = outcomeOf(new ReplyDeadlines(40).watch(promise));
  await new Promise(setImmediate);
  const until = performance.now() + 120;
  while (performance.now() < until);
  setImmediate(() => setImmediate(() => resolve('it was there')));
  await vi.waitUntil(() => Object.keys(outcome).length > 0);
  expect(outcome.value).toBe('it was there');
});

test('no timer runs while nothing is asked', async () => {
  const deadlines = new ReplyDeadlines(40);
  const { promise, resolve } = Promise.withResolvers<void>();
  const watched = deadlines.watch(promise);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  resolve();
  await watched;
  expect(vi.getTimerCount()).toBe(0);
});
