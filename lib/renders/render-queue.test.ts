import { describe, expect, it } from 'vitest';
import { RenderQueue, RenderTakenError } from './render-queue.service.ts';
import type { StoredRender } from './renders.repository.ts';

/** A queue over a list in memory, whose work ends when a test says so. */
function setUp(concurrency = 1) {
  const renders: Pick<StoredRender, 'id' | 'seq' | 'status' | 'instance_id'>[] = [];
  const working = new Map<string, { signal: AbortSignal; end: () => void; fail: (error: Error) => void }>();
  const problems: string[] = [];
  const alive = new Set(['me']);
  const find = (id: string) => renders.find(one => one.id === id) as StoredRender | undefined;
  const repository = {
    takeNext: () => {
      const next = renders.find(({ status }) => status === 'queued');
      if (next !== undefined) Object.assign(next, { status: 'running', instance_id: 'me' });
      return Promise.resolve(next as StoredRender | undefined);
    },
    requeueOrphans: (isAlive: (id: string) => boolean) => {
      const orphans = renders.filter(
        ({ status, instance_id }) => status === 'running' && instance_id !== 'me' && !isAlive(instance_id!),
      );
      for (const one of orphans) one.status = 'queued';
      return Promise.resolve(orphans.length);
    },
    work: (seq: number, change: { status?: StoredRender['status'] }) => {
      const one = renders.find(render => render.seq === seq)!;
      if (one.status !== 'running') return Promise.resolve(undefined);
      Object.assign(one, change);
      return Promise.resolve(one as StoredRender);
    },
    find,
  };
  const queue: RenderQueue = new RenderQueue({
    repository,
    concurrency,
    isAlive: id => alive.has(id),
    onProblem: what => void problems.push(what),
    lookEveryMs: 5,
    run: (render, signal) =>
      new Promise((resolve, reject) => {
        const end = () => {
          find(render.id)!.status = 'completed';
          working.delete(render.id);
          resolve();
        };
        const fail = (error: Error) => {
          working.delete(render.id);
          reject(error);
        };
        working.set(render.id, { signal, end, fail });
        signal.addEventListener('abort', () => fail(signal.reason as Error));
      }),
  });
  const add = (id: string, more: Partial<StoredRender> = {}) => {
    renders.push({ id, seq: renders.length + 1, status: 'queued', instance_id: null, ...more });
    return queue.advance();
  };
  const status = (id: string) => find(id)!.status;
  return { queue, add, working, status, renders, alive, problems };
}

describe('the queue of renders', () => {
  it('works on as many as it may, the oldest first, and takes the next when one ends', async () => {
    const { add, working, status } = setUp(2);
    for (const id of ['a', 'b', 'c']) await add(id);
    expect([...working.keys()]).toEqual(['a', 'b']);
    working.get('a')!.end();
    await expect.poll(() => status('c')).toBe('running');
    expect([...working.keys()]).toEqual(['b', 'c']);
  });

  it('stops what was cancelled, and goes on with the next', async () => {
    const { queue, add, working, renders } = setUp();
    await add('a');
    await add('b');
    renders[0]!.status = 'cancelled';
    const { signal } = working.get('a')!;
    await queue.stop('a');
    expect(signal.reason).toBeInstanceOf(RenderTakenError);
    expect(renders[0]!.status).toBe('cancelled');
    await expect.poll(() => [...working.keys()]).toEqual(['b']);
  });

  it('hears of what another server was asked, and takes up what a dead one left', async () => {
    const { queue, add, working, renders, alive, status } = setUp();
    await add('a');
    alive.add('other');
    await add('left', { status: 'running', instance_id: 'other' });
    queue.start();
    renders[0]!.status = 'paused';
    await expect.poll(() => working.has('a')).toBe(false);
    expect(status('left')).toBe('running');
    expect(working.has('left')).toBe(false);
    alive.delete('other');
    await expect.poll(() => working.has('left')).toBe(true);
    await queue.close();
  });

  it('begins nothing and lets nothing pass while memory is scarce', async () => {
    const { queue, add, working } = setUp(2);
    await add('a');
    queue.hold(true);
    await add('b');
    expect([...working.keys()]).toEqual(['a']);
    const { signal } = new AbortController();
    let passed = false;
    const passing = queue.pass(signal).then(() => (passed = true));
    const aborted = queue.pass(AbortSignal.abort(new Error('not wanted')));
    await expect(aborted).rejects.toThrow('not wanted');
    expect(passed).toBe(false);
    queue.hold(false);
    await passing;
    await expect.poll(() => [...working.keys()]).toEqual(['a', 'b']);
  });

  it('lets somebody who waits go when the render is not wanted any more', async () => {
    const { queue } = setUp();
    queue.hold(true);
    const controller = new AbortController();
    const passing = queue.pass(controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(passing).rejects.toThrow('cancelled');
  });

  it('gives what runs back when the server closes', async () => {
    const { queue, add, status } = setUp();
    await add('a');
    await add('b');
    await queue.close();
    expect([status('a'), status('b')]).toEqual(['queued', 'queued']);
    expect(queue.running).toBe(0);
  });

  it('marks as failed what fails for a reason of the server, and tells of it', async () => {
    const { add, working, status, problems } = setUp();
    await add('a');
    working.get('a')!.fail(new Error('out of luck'));
    await expect.poll(() => status('a')).toBe('failed');
    expect(problems).toEqual(['a render failed for a reason of the server']);
  });
});
