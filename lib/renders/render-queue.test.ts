import { describe, expect, it } from 'vitest';
import { RenderQueue, RenderTakenError } from './render-queue.service.ts';
import type { ClaimedRender, StoredRender } from './renders.repository.ts';

/** A queue over a list in memory, whose work ends when a test says so. */
function setUp(concurrency = 1) {
  const renders: Pick<StoredRender, 'id' | 'seq' | 'status' | 'instance_id' | 'claim'>[] = [];
  const working = new Map<string, { signal: AbortSignal; end: () => void; fail: (error: Error) => void }>();
  const problems: string[] = [];
  const left: string[] = [];
  const alive = new Set(['me']);
  const find = (id: string) => renders.find(one => one.id === id) as StoredRender | undefined;
  const repository = {
    takeNext: (claim: string) => {
      const next = renders.find(({ status }) => status === 'queued');
      if (next === undefined) return Promise.resolve(undefined);
      Object.assign(next, { status: 'running', instance_id: 'me', claim });
      return Promise.resolve({ ...next } as StoredRender);
    },
    requeueOrphans: (isAlive: (id: string) => boolean, isHeld: (claim: string) => boolean) => {
      const orphans = renders.filter(
        ({ status, instance_id, claim }) =>
          status === 'running' && !(instance_id === 'me' ? isHeld(claim!) : isAlive(instance_id!)),
      );
      for (const one of orphans) Object.assign(one, { status: 'queued', claim: null });
      return Promise.resolve(orphans.length);
    },
    work: ({ seq, claim }: ClaimedRender, change: { status?: StoredRender['status'] }) => {
      const one = renders.find(render => render.seq === seq)!;
      if (one.claim !== claim) return Promise.resolve(undefined);
      Object.assign(one, change, { claim: null });
      return Promise.resolve(one as StoredRender);
    },
    find,
  };
  const queue: RenderQueue = new RenderQueue({
    repository,
    concurrency,
    isAlive: id => alive.has(id),
    onLeft: id => void left.push(id),
    onProblem: what => void problems.push(what),
    lookEveryMs: 5,
    run: (render, signal) =>
      new Promise((resolve, reject) => {
        const leave = () => working.get(render.id) === job && working.delete(render.id);
        const end = () => {
          ask(render.id, 'completed');
          leave();
          resolve();
        };
        const fail = (error: Error) => {
          leave();
          reject(error);
        };
        const job = { signal, end, fail };
        working.set(render.id, job);
        signal.addEventListener('abort', () => fail(signal.reason as Error));
      }),
  });
  const add = (id: string, more: Partial<StoredRender> = {}) => {
    renders.push({ id, seq: renders.length + 1, status: 'queued', instance_id: null, claim: null, ...more });
    return queue.advance();
  };
  const status = (id: string) => find(id)!.status;
  /** Somebody asks another server for it. */
  const ask = (id: string, status: StoredRender['status']) => Object.assign(find(id)!, { status, claim: null });
  return { queue, repository, add, ask, working, status, renders, alive, problems, left };
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
    const { queue, add, ask, working, renders } = setUp();
    await add('a');
    await add('b');
    ask('a', 'cancelled');
    const { signal } = working.get('a')!;
    await queue.stop('a');
    expect(signal.reason).toBeInstanceOf(RenderTakenError);
    expect(renders[0]!.status).toBe('cancelled');
    await expect.poll(() => [...working.keys()]).toEqual(['b']);
  });

  it('hears of what another server was asked, and takes up what a dead one left', async () => {
    const { queue, add, ask, working, alive, status } = setUp();
    await add('a');
    alive.add('other');
    await add('left', { status: 'running', instance_id: 'other' });
    queue.start();
    ask('a', 'paused');
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

  it('gives back to the queue what it could not note the end of, and tells of it', async () => {
    const { queue, add, working, status, problems, left } = setUp();
    await add('a');
    const first = working.get('a')!;
    first.fail(new Error('out of luck'));
    await expect.poll(() => left).toEqual(['a']);
    expect(status('a')).toBe('running');
    queue.start();
    await expect.poll(() => working.get('a')).not.toBe(first);
    working.get('a')!.end();
    await expect.poll(() => left).toEqual(['a', 'a']);
    expect(status('a')).toBe('completed');
    expect(problems).toEqual(['a render stopped for a reason of the server']);
    await queue.close();
  });

  it('stops a job whose render was taken again meanwhile, and waits for both at the end', async () => {
    const { queue, add, ask, working, left } = setUp(2);
    await add('a');
    const first = working.get('a')!;
    // Another server was asked to pause it and to go on before this one looked.
    ask('a', 'queued');
    await queue.advance();
    const second = working.get('a')!;
    expect(second).not.toBe(first);
    expect(queue.running).toBe(2);
    expect(first.signal.aborted).toBe(false);
    queue.start();
    await expect.poll(() => queue.running).toBe(1);
    expect(first.signal.reason).toBeInstanceOf(RenderTakenError);
    expect(second.signal.aborted).toBe(false);
    // Somebody still works on it here.
    expect(left).toEqual([]);
    await queue.close();
    expect(queue.running).toBe(0);
    expect(left).toEqual(['a']);
  });

  it('tells once that it cannot look, however often it tries', async () => {
    const { queue, repository, problems } = setUp();
    let looks = 0;
    const { requeueOrphans } = repository;
    repository.requeueOrphans = () => {
      looks += 1;
      return Promise.reject(new Error('the disk is full'));
    };
    queue.start();
    await expect.poll(() => looks).toBeGreaterThan(3);
    expect(problems).toEqual(['the queue of renders could not be looked at']);
    repository.requeueOrphans = requeueOrphans;
    await queue.close();
  });
});
