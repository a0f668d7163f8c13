import { afterAll, describe, expect, it } from 'vitest';
import { scriptPool } from '#lib/audiobooks/script-thread.service.ts';
import { AppError } from '#lib/base/errors.ts';
import { BookAudio } from './book-audio.service.ts';
import { bookTimeline } from './render.ts';
import { testJobs } from './render-jobs.fixture.ts';
import { RenderTakenError } from './render-queue.service.ts';
import { testRenders, textOf } from './renders.fixture.ts';
import type { RendersRepository } from './renders.repository.ts';

afterAll(() => scriptPool().close());

const NEVER = new AbortController().signal;
const busy = () => new AppError('storage.busy', 'The database is busy. Try again in a moment.');
const full = () => new AppError('storage.full', 'The disk is full. Free some space and try again.');

/** As it is, but what is noted may fail. */
function failing(
  renders: RendersRepository,
  fails: (...wish: Parameters<RendersRepository['work']>) => Error | undefined,
) {
  return {
    book: (id: string) => renders.book(id),
    keepTimeline: (...wish: Parameters<RendersRepository['keepTimeline']>) => renders.keepTimeline(...wish),
    work: (...wish: Parameters<RendersRepository['work']>) => {
      const error = fails(...wish);
      return error === undefined ? renders.work(...wish) : Promise.reject(error);
    },
  };
}

describe('the work of a render', () => {
  it('goes from the script to a file, with a timeline that is what it says', async () => {
    await using test = await testRenders();
    const { renders } = test;
    const { jobs, spoken, events } = testJobs(test);
    const { id } = await test.queued();
    await jobs.run((await renders.takeNext('claim'))!, NEVER);
    const done = renders.find(id)!;
    expect(done).toMatchObject({ status: 'completed', units_total: 3, units_synthesised: 3, claim: null, error: null });
    expect(done.outputs).toMatchObject([{ name: 'A book.wav', size: 4, length: done.length }]);
    expect(spoken).toEqual(['One.', 'Two.', 'Three.']);
    expect(events).toEqual(['synthesised', 'synthesised', 'synthesised', 'completed']);
    const timeline = bookTimeline.parse(JSON.parse((await textOf(renders.timeline(id)))!));
    expect(timeline).toMatchObject({ length: done.length, exact: true });
    expect(timeline.units.map(({ text }) => text)).toEqual(spoken);
  });

  it('goes on where the database was busy, and speaks nothing twice', async () => {
    await using test = await testRenders();
    const { renders } = test;
    let notes = 0;
    const repository = failing(renders, (_, __, units) => (units?.length === 1 && ++notes === 2 ? busy() : undefined));
    const { jobs, spoken, events } = testJobs(test, {}, { repository });
    const { id } = await test.queued();
    await expect(jobs.run((await renders.takeNext('one'))!, NEVER)).rejects.toMatchObject({ code: 'storage.busy' });
    // It is nobody's fault, so it is no end, and no sentence that could not be spoken.
    expect(renders.find(id)).toMatchObject({ status: 'running', error: null, failures: [], units_synthesised: 1 });
    expect(spoken).toEqual(['One.', 'Two.']);
    await renders.requeueOrphans(
      () => false,
      () => false,
    );
    await jobs.run((await renders.takeNext('two'))!, NEVER);
    expect(renders.find(id)).toMatchObject({ status: 'completed', units_synthesised: 2, units_reused: 1 });
    expect(spoken).toEqual(['One.', 'Two.', 'Three.']);
    expect(events).not.toContain('failed');
  });

  it('ends with the sentence about a full disk, and speaks no more', async () => {
    await using test = await testRenders();
    const { renders } = test;
    const repository = failing(renders, (_, __, units) => (units?.length === 1 ? full() : undefined));
    const { jobs, spoken, events } = testJobs(test, {}, { repository });
    const { id } = await test.queued();
    await jobs.run((await renders.takeNext('claim'))!, NEVER);
    const { code, message } = full();
    const error = { code, message, line: null, text: null };
    expect(renders.find(id)).toMatchObject({ status: 'failed', error, failures: [error] });
    expect(spoken).toEqual(['One.']);
    expect(events).toEqual(['failed']);
  });

  it('names each sentence that could not be spoken, and speaks the others', async () => {
    await using test = await testRenders();
    const { renders } = test;
    const speak = (text: string) => {
      if (text === 'Two.') throw new AppError('speech.unsayable', 'Nothing in it can be said.');
    };
    const { jobs, events } = testJobs(test, { speak });
    const { id } = await test.queued();
    await jobs.run((await renders.takeNext('claim'))!, NEVER);
    expect(renders.find(id)).toMatchObject({
      status: 'failed',
      units_total: 3,
      units_synthesised: 2,
      failures: [{ code: 'speech.unsayable', line: 1, text: 'Two.' }],
    });
    expect(events).toEqual(['synthesised', 'failed', 'synthesised', 'failed']);
  });

  it('fails where something unexpected happens, tells of it, and throws it', async () => {
    await using test = await testRenders();
    const { renders } = test;
    const told: string[] = [];
    const mix = () => Promise.reject(new TypeError('not a function'));
    const { jobs, events } = testJobs(test, { mix }, { onChange: ({ status }) => void told.push(status) });
    const { id } = await test.queued();
    await expect(jobs.run((await renders.takeNext('claim'))!, NEVER)).rejects.toThrow('not a function');
    expect(renders.find(id)).toMatchObject({ status: 'failed', error: { code: 'internal.error' }, claim: null });
    expect(told.at(-1)).toBe('failed');
    expect(events.at(-1)).toBe('failed');
  });

  it('stops mixing when it hears that the render was taken by another', async () => {
    await using test = await testRenders();
    const { renders } = test;
    let aborted: unknown;
    const mix = async (signal: AbortSignal, onProgress: (frames: number) => void) => {
      await renders.ask(id, ['running'], { status: 'paused' }, 'paused');
      onProgress(1);
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
      aborted = signal.reason;
    };
    const { jobs, blobs } = testJobs(test, { mix });
    const { id } = await test.queued();
    await expect(jobs.run((await renders.takeNext('claim'))!, NEVER)).rejects.toBeInstanceOf(RenderTakenError);
    expect(aborted).toBeInstanceOf(RenderTakenError);
    expect(renders.find(id)).toMatchObject({ status: 'paused', outputs: [] });
    for await (const key of blobs.list()) expect.unreachable(`${key} is left`);
  });

  it('forgets where each word is once everything has its place', async () => {
    await using test = await testRenders();
    const { given } = testJobs(test);
    const words = [{ from: 0, to: 3, start: 0, end: 1 }];
    const seen: unknown[] = [];
    class Watched extends BookAudio {
      override timeline(...wish: Parameters<BookAudio['timeline']>) {
        for (const [unit, one] of wish[1].entries()) if (one?.facts.words !== undefined) seen[unit] = one.facts.words;
        return super.timeline(...wish);
      }
      override gather(...wish: Parameters<BookAudio['gather']>) {
        spoken = wish[0].spoken;
        return super.gather(...wish);
      }
    }
    let spoken: Parameters<BookAudio['gather']>[0]['spoken'] = [];
    let mixed = false;
    const mix = () => {
      mixed = true;
      expect(spoken.map(one => one?.facts.words)).toEqual([undefined, undefined, undefined]);
    };
    const { jobs } = testJobs(test, { words, mix }, { audio: new Watched(given) });
    await test.queued();
    await jobs.run((await test.renders.takeNext('claim'))!, NEVER);
    expect(seen).toEqual([words, words, words]);
    expect(mixed).toBe(true);
  });
});
