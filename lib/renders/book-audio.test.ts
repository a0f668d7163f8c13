import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scriptPool } from '#lib/audiobooks/script-thread.service.ts';
import { speechAudioPool } from '#lib/engines/speech-audio.ts';
import { pcmPool } from '#lib/mixdown/pcm-making.ts';
import { openStudio, RATE, type Studio } from './book-audio.fixture.ts';
import type { BookWish, PreparedBook } from './book-audio.service.ts';

afterAll(() => Promise.all([speechAudioPool(), pcmPool(), scriptPool()].map(pool => pool.close())));

const signal = new AbortController().signal;
const TEXTS = ['One fish.', 'Two fish.', 'Red fish.', 'Blue fish.', 'Black fish.', 'Old fish.'];
/** Longer each time. */
const longer = (_: string, time: number) => 24_000 + 14_400 * (time - 1);

/** Frames that every clip of speech has in the timeline and in what is mixed. */
function lengths({ timeline, sources }: PreparedBook): [placed: number, mixed: number][] {
  return timeline.speech.map(({ source, frames }) => [frames, sources.get(source)!.frames]);
}

async function prepared(studio: Studio, wish: BookWish): Promise<PreparedBook> {
  const book = await studio.audio.gather(wish, signal);
  for (const [placed, mixed] of lengths(book)) expect(mixed).toBe(placed);
  return book;
}

describe('speech that was lost and is spoken in another way', () => {
  it('is not known any more: what was measured is of another recording', async () => {
    await using studio = await openStudio(longer);
    const { read } = await studio.book(TEXTS.slice(0, 1));
    const [unit] = read.plan.units;
    expect(await studio.speech.speak(unit!)).toMatchObject({ facts: { to: 24_000 }, source: 'synthesised' });
    expect(await studio.speech.known(unit!)).toMatchObject({ facts: { to: 24_000 } });
    await studio.lose(TEXTS[0]!);
    await studio.speak(TEXTS[0]!);
    expect(await studio.speech.known(unit!)).toBeUndefined();
    expect(await studio.speech.speak(unit!)).toMatchObject({ facts: { to: 38_400 }, source: 'reused' });
    expect(await studio.speech.known(unit!)).toMatchObject({ facts: { to: 38_400 } });
  });

  it('is not mixed from samples of the recording that it was', async () => {
    await using studio = await openStudio(longer);
    (await prepared(studio, await studio.book(TEXTS))).release();
    await studio.lose(TEXTS[0]!);
    await studio.speak(TEXTS[0]!);
    const book = await prepared(studio, await studio.book(TEXTS));
    expect(lengths(book).map(([frames]) => frames)).toEqual([38_400, 24_000, 24_000, 24_000, 24_000, 24_000]);
  });

  it('is placed again where that happens between placing and mixing, and is spoken once more and no oftener', async () => {
    await using studio = await openStudio(longer);
    const wish = await studio.book([...TEXTS, TEXTS[1]!]);
    let placed = 0;
    const book = await prepared(studio, {
      ...wish,
      onPlaced: async () => {
        placed += 1;
        // All of it, at every round.
        for (const text of TEXTS) await studio.lose(text);
      },
    });
    expect(placed).toBe(2);
    expect(lengths(book).map(([frames]) => frames)).toEqual(TEXTS.map(() => 38_400).concat(38_400));
    expect(studio.spoken).toHaveLength(2 * TEXTS.length);
    expect(wish.spoken.map(one => one?.facts.to)).toEqual([...TEXTS, TEXTS[1]].map(() => 38_400));
  });

  it('is mixed as it was placed where it cannot be kept', async () => {
    await using studio = await openStudio(longer);
    await writeFile(path.join(studio.folder, 'speech'), 'a file where the folder is to be');
    const book = await prepared(studio, await studio.book(TEXTS));
    expect(lengths(book).map(([frames]) => frames)).toEqual(TEXTS.map(() => 38_400));
    expect(studio.spoken).toHaveLength(2 * TEXTS.length);
  });

  it('lets more of the book in where it became shorter, and that is spoken too', async () => {
    await using studio = await openStudio((_, time) => (time === 1 ? 24_000 : 2400));
    const wish = await studio.book(TEXTS);
    const end = 2.5 * RATE;
    let lost = false;
    const part = {
      ...wish,
      async place() {
        const needed = ({ speech }: PreparedBook['timeline']) => speech.filter(({ start }) => start < end).length;
        const timeline = await studio.audio.complete(wish.read, wish.spoken, RATE, needed, signal);
        return { timeline, heard: { from: 0, to: end } };
      },
      onPlaced: async () => {
        if (!lost) for (const text of TEXTS) await studio.lose(text);
        lost = true;
      },
    };
    const { timeline, sources } = await studio.audio.gather(part, signal);
    const heard = timeline.speech.filter(({ start }) => start < end);
    expect(heard.length).toBeGreaterThan(1);
    for (const { source, frames } of heard) expect(sources.get(source)!.frames).toBe(frames);
  });

  it('is held by nobody when its book is released', async () => {
    await using studio = await openStudio(longer, 1);
    const wish = await studio.book(TEXTS);
    const book = await prepared(studio, { ...wish, onPlaced: () => studio.lose(TEXTS[2]!) });
    book.release();
    await studio.pcm.settled();
    expect(await studio.pcm.status()).toMatchObject({ entries: 0, bytes: 0 });
  });
});

describe('measurements of speech', () => {
  it('go where its recording is gone or another one, and stay where it is kept', async () => {
    await using studio = await openStudio(longer);
    const { read } = await studio.book(TEXTS);
    for (const unit of read.plan.units) await studio.speech.speak(unit);
    await studio.lose(TEXTS[0]!);
    await studio.lose(TEXTS[1]!);
    await studio.speak(TEXTS[1]!);
    const measured = { hash: '0'.repeat(64), from: 0, to: 1, sampleRate: RATE, words: undefined, warnings: [] };
    for (let n = 0; n < 450; n += 1) await studio.facts.put(String(n).padStart(64, '0'), measured);
    expect(await studio.speech.forgetGone()).toBe(452);
    expect(studio.facts.list('', 1000)).toHaveLength(4);
    for (const unit of read.plan.units.slice(2)) expect(await studio.speech.known(unit)).toBeDefined();
    expect(await studio.speech.forgetGone()).toBe(0);
  });
});

describe('recordings that cannot be made ready', () => {
  it('are told of at once: nothing more is begun, and what was begun is given up', async () => {
    const begun = Promise.withResolvers<void>();
    let givenUp = 0;
    await using studio = await openStudio(async (text, time, given) => {
      if (time === 1) return 24_000;
      if (text === TEXTS[1]) {
        await begun.promise;
        throw new Error('no voice');
      }
      // The third one that waits lets the second one fail.
      if (studio.spoken.length === TEXTS.length + 4) begun.resolve();
      return new Promise<number>((_, reject) =>
        given.addEventListener('abort', () => {
          givenUp += 1;
          reject(given.reason as Error);
        }),
      );
    });
    const wish = await studio.book(TEXTS);
    const lost = async () => {
      for (const text of TEXTS) await studio.lose(text);
    };
    await expect(studio.audio.gather({ ...wish, onPlaced: lost }, signal)).rejects.toThrow('no voice');
    expect(studio.spoken).toHaveLength(TEXTS.length + 4);
    expect(givenUp).toBe(3);
  });

  it('are not spoken any further when nobody wants the book any more', async () => {
    const leaving = new AbortController();
    let givenUp = 0;
    await using studio = await openStudio((_, time, given) => {
      if (time === 1) return 24_000;
      given.addEventListener('abort', () => (givenUp += 1));
      if (studio.spoken.length === TEXTS.length + 4) leaving.abort(new Error('paused'));
      return new Promise<number>((_resolve, reject) =>
        given.addEventListener('abort', () => reject(given.reason as Error)),
      );
    });
    const wish = await studio.book(TEXTS);
    const lost = async () => {
      for (const text of TEXTS) await studio.lose(text);
    };
    await expect(studio.audio.gather({ ...wish, onPlaced: lost }, leaving.signal)).rejects.toThrow('paused');
    expect(givenUp).toBe(4);
  });
});
