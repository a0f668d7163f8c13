import { afterAll, describe, expect, it } from 'vitest';
import { scriptPool } from '#lib/audiobooks/script-thread.service.ts';
import { systemClock } from '#lib/base/clock.ts';
import { bookTimeline, isOver, type Render } from './render.ts';
import { NO_RECORDINGS, testJobs, type Meanwhile } from './render-jobs.fixture.ts';
import { RenderQueue } from './render-queue.service.ts';
import { RendersRepository } from './renders.repository.ts';
import { RendersService, type RendersServiceOptions } from './renders.service.ts';
import { outputOf, testRenders, textOf, WISH, type TestRenders } from './renders.fixture.ts';
import { RoomCheck } from './room-check.service.ts';

afterAll(() => scriptPool().close());

const DAY_MS = 24 * 3600_000;

interface Setting extends Partial<Pick<RendersServiceOptions, 'room' | 'repository'>> {
  meanwhile?: Meanwhile;
  /** False leaves renders in the queue. */
  isWorking?: boolean;
}

function setUp(test: TestRenders, { meanwhile, isWorking = true, repository = test.renders, room }: Setting = {}) {
  let now = Date.now();
  const { jobs, given, blobs, events } = testJobs(test, meanwhile, {
    repository,
    onChange: (render, progress) => service.changed(render, progress),
    ...(room && { room }),
  });
  const queue: RenderQueue = new RenderQueue({
    repository,
    run: (render, signal) => jobs.run(render, signal),
    concurrency: isWorking ? 1 : 0,
    isAlive: () => true,
    onLeft: id => service.left(id),
    onProblem: () => undefined,
    lookEveryMs: 5,
  });
  const service: RendersService = new RendersService({
    ...given,
    clock: { ...systemClock, now: () => new Date(now) },
    blobs,
    pending: test.pending,
    repository,
    books: test.books,
    queue,
    keepDays: 30,
  });
  const ended = async (id: string): Promise<Render> => {
    await expect.poll(() => isOver(service.get(id))).toBe(true);
    return service.get(id);
  };
  return { service, queue, events, ended, pass: (ms: number) => (now += ms) };
}

function madeBook({ books }: TestRenders) {
  return books.insert({ title: 'A book', author: null, script: '{{{voice:a}}}One. Two.', cast: {}, settings: {} });
}

/** In which something happens just before somebody asks for a render, or removes it. */
class Racing extends RendersRepository {
  before: (id: string) => Promise<unknown> = () => Promise.resolve();

  constructor({ database, pending }: TestRenders) {
    super(database, { clock: systemClock, pending, instanceId: 'me' });
  }

  override async ask(...wish: Parameters<RendersRepository['ask']>) {
    await this.before(wish[0]);
    return super.ask(...wish);
  }

  override async remove(id: string) {
    await this.before(id);
    return super.remove(id);
  }
}

describe('a book that is deleted', () => {
  it('takes its renders along, but for one that ends meanwhile', async () => {
    await using test = await testRenders();
    const repository = new Racing(test);
    const { service, events } = setUp(test, { repository, isWorking: false });
    const book = await madeBook(test);
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await service.create(book.id, WISH)).id);
    const running = (await repository.takeNext('claim'))!;
    repository.before = async id => {
      if (id === running.id) await repository.work(running, { status: 'completed', outputs: [outputOf('file')] });
    };
    await service.cancelAllOf(book.id);
    expect(ids.map(id => service.get(id).status)).toEqual(['completed', 'cancelled', 'cancelled']);
    expect(events).toEqual(['cancelled', 'cancelled']);
  });

  it('gets no render that was asked for a moment before', async () => {
    await using test = await testRenders();
    const book = await madeBook(test);
    const freeBytes = async () => {
      await test.books.remove(book.id);
      return Infinity;
    };
    const room = new RoomCheck({ freeBytes, recordings: NO_RECORDINGS });
    const { service } = setUp(test, { room });
    await expect(service.create(book.id, WISH)).rejects.toMatchObject({ code: 'book.not_found' });
    expect(service.list({ limit: 10 }).total).toBe(0);
  });
});

describe('old renders', () => {
  it('are removed, but for those that somebody takes up or removes at the same moment', async () => {
    await using test = await testRenders();
    const repository = new Racing(test);
    const { service, pass } = setUp(test, { repository, isWorking: false });
    const book = await madeBook(test);
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { id } = await service.create(book.id, WISH);
      await service.remove(id);
      ids.push(id);
    }
    const [gone, resumed] = ids;
    expect(await service.purgeExpired()).toBe(0);
    pass(31 * DAY_MS);
    repository.before = async id => {
      if (id === gone) await test.renders.remove(id);
      if (id === resumed) await test.renders.ask(id, ['cancelled'], { status: 'queued' }, 'resumed');
    };
    expect(await service.purgeExpired()).toBe(1);
    expect(service.list({ limit: 10 }).items.map(({ id, status }) => [id, status])).toEqual([[resumed, 'queued']]);
  });
});

describe('whoever follows a render', () => {
  it('hears of an end that nobody expected', async () => {
    await using test = await testRenders();
    const mix = () => Promise.reject(new TypeError('not a function'));
    const { service, queue, events, ended } = setUp(test, { meanwhile: { mix }, isWorking: true });
    const seen: string[] = [];
    const book = await madeBook(test);
    const { id } = await service.create(book.id, WISH);
    service.follow(id, ({ status }) => void seen.push(status));
    expect(await ended(id)).toMatchObject({ status: 'failed', error: { code: 'internal.error' } });
    await queue.close();
    expect(seen.at(-1)).toBe('failed');
    expect(events.at(-1)).toBe('failed');
  });

  it('is told what the database knows once another server works on it', async () => {
    await using test = await testRenders();
    const { promise: mixing, resolve: begun } = Promise.withResolvers<void>();
    const mix = (signal: AbortSignal) => {
      begun();
      return new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
    };
    const { service, queue } = setUp(test, { meanwhile: { mix } });
    const { id } = await service.create((await madeBook(test)).id, WISH);
    await mixing;
    expect(service.get(id).progress).toBe(0.85);
    const other = test.of('other');
    await other.ask(id, ['running'], { status: 'paused' }, 'paused');
    await other.ask(id, ['paused'], { status: 'queued' }, 'resumed');
    await other.takeNext('claim of the other');
    queue.start();
    await expect.poll(() => queue.running).toBe(0);
    expect(service.get(id)).toMatchObject({ status: 'running', progress: 0.8 });
    await queue.close();
  });
});

describe('the timeline of a render', () => {
  it('is given as the text that it is, once everything was spoken', async () => {
    await using test = await testRenders();
    const { service, ended, queue } = setUp(test);
    const { id } = await service.create((await madeBook(test)).id, WISH);
    await ended(id);
    expect(bookTimeline.parse(JSON.parse((await textOf(service.timeline(id)))!)).units).toHaveLength(2);
    await queue.close();
    const { id: waiting } = await test.queued();
    expect(() => service.timeline(waiting)).toThrow('The render is queued');
  });
});
