import { describe, expect, it } from 'vitest';
import { CallSlots, CallSlotsFullError } from './call-slots.ts';

/** A call that runs until it is told how to end. */
function startCall(slots: CallSlots, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { started: false };
  const result = slots.run(() => {
    state.started = true;
    return promise;
  }, signal);
  result.catch(() => undefined);
  return { state, result, resolve, reject };
}

describe('the slots of an engine', () => {
  it('run so many calls at once and the others in the order they came', async () => {
    const slots = new CallSlots({ slots: 2, waiting: 10 });
    const calls = Array.from({ length: 4 }, () => startCall(slots));
    await Promise.resolve();
    expect(calls.map(call => call.state.started)).toEqual([true, true, false, false]);
    calls[1]!.resolve('second');
    expect(await calls[1]!.result).toBe('second');
    expect(calls.map(call => call.state.started)).toEqual([true, true, true, false]);
    calls[0]!.reject(new Error('no'));
    await expect(calls[0]!.result).rejects.toThrow('no');
    expect(calls[3]!.state.started).toBe(true);
  });

  it('refuse who finds the line full', async () => {
    const slots = new CallSlots({ slots: 1, waiting: 1 });
    const [first, second, third] = [startCall(slots), startCall(slots), startCall(slots)];
    await expect(third.result).rejects.toBeInstanceOf(CallSlotsFullError);
    expect(third.state.started).toBe(false);
    first.resolve('');
    second.resolve('');
    await Promise.all([first.result, second.result]);
    const next = startCall(slots);
    next.resolve('free again');
    expect(await next.result).toBe('free again');
  });

  it('let go of who is aborted in line, and give the place to the next', async () => {
    const slots = new CallSlots({ slots: 1, waiting: 2 });
    const aborting = new AbortController();
    const [first, second, third] = [startCall(slots), startCall(slots, aborting.signal), startCall(slots)];
    const reason = new Error('changed my mind');
    aborting.abort(reason);
    await expect(second.result).rejects.toBe(reason);
    expect(slots.waiting).toBe(1);
    first.resolve('');
    third.resolve('third');
    expect(await third.result).toBe('third');
    expect(second.state.started).toBe(false);
  });

  it('do not begin for who was aborted before', async () => {
    const slots = new CallSlots({ slots: 1, waiting: 0 });
    const reason = new Error('before');
    await expect(startCall(slots, AbortSignal.abort(reason)).result).rejects.toBe(reason);
    const next = startCall(slots);
    next.resolve('still free');
    expect(await next.result).toBe('still free');
  });
});
