import { describe, expect, it } from 'vitest';
import { SharedFlights } from './shared-flights.ts';

function setUp() {
  const flights = new SharedFlights<string>();
  const runs: { signal: AbortSignal; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const join = (key: string, signal?: AbortSignal) =>
    flights.join(
      key,
      given => {
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        runs.push({ signal: given, resolve, reject });
        return promise;
      },
      signal,
    );
  return { flights, runs, join };
}

describe('shared flights', () => {
  it('run once for all who want the same at the same time, and again for who comes later', async () => {
    const { flights, runs, join } = setUp();
    const both = Promise.all([join('a'), join('a')]);
    const other = join('b');
    expect(runs).toHaveLength(2);
    runs[0]!.resolve('one');
    runs[1]!.resolve('two');
    expect(await both).toEqual(['one', 'one']);
    expect(await other).toBe('two');
    expect(flights.size).toBe(0);
    void join('a');
    expect(runs).toHaveLength(3);
  });

  it('fail for all, and begin anew', async () => {
    const { runs, join } = setUp();
    const both = Promise.allSettled([join('a'), join('a')]);
    runs[0]!.reject(new Error('no'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = join('a');
    runs[1]!.resolve('yes');
    expect(await again).toBe('yes');
  });

  it('go on for those who still wait, and end with the last', async () => {
    const { flights, runs, join } = setUp();
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [join('a', first.signal), join('a', second.signal)];
    const ended = Promise.allSettled(calls);
    const reason = new Error('enough');
    first.abort(new Error('not me'));
    await expect(calls[0]).rejects.toThrow('not me');
    expect(runs[0]!.signal.aborted).toBe(false);
    second.abort(reason);
    await expect(calls[1]).rejects.toBe(reason);
    expect(runs[0]!.signal.reason).toBe(reason);
    expect(flights.size).toBe(0);
    await ended;
    const again = join('a');
    runs[1]!.resolve('anew');
    expect(await again).toBe('anew');
  });

  it('do not begin for who has left before', async () => {
    const { runs, join } = setUp();
    const reason = new Error('before');
    await expect(join('a', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(runs).toHaveLength(0);
  });
});
