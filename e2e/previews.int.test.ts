import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookTimeline } from '#lib/renders/render.ts';
import { madeBook, readWav16, rendered, renderedBytes } from './support/books.ts';
import { expectProblem, uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';
import { tone } from './support/tone.ts';

const CAST = { narrator: 'embedded:slt' };
const RATE = 44_100;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await uploaded(server, { bytes: await tone(601, 1), fields: { id: 'door' } });
  await uploaded(server, { bytes: await tone(602, 3), kind: 'background', fields: { id: 'rain' } });
});
afterAll(() => server.stop());

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** Sentences that no other test has spoken. */
function sentences(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `This is ${name}, sentence ${NUMBERS[n % 12]} of part ${n}.`);
}

function address(book: string, query: Record<string, number | string>, kind: '' | '/timeline' = ''): string {
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return `${server.url}/api/audiobooks/${book}/preview${kind}?${new URLSearchParams(Object.fromEntries(texts) as never)}`;
}

async function samples(book: string, query: Record<string, number | string>): Promise<Buffer> {
  const response = await fetch(address(book, query));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('audio/wav');
  const bytes = Buffer.from(await response.arrayBuffer());
  // The header tells the length of what follows.
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  return bytes.subarray(44);
}

async function timelineOf(book: string, query: Record<string, number | string>): Promise<BookTimeline> {
  const response = await fetch(address(book, query, '/timeline'));
  expect(response.status).toBe(200);
  return (await response.json()) as BookTimeline;
}

async function renderOf(book: string) {
  const render = await rendered(server, book);
  const bytes = (await renderedBytes(server, render)).subarray(44);
  const timeline = (await (await fetch(`${server.url}/api/renders/${render.id}/timeline`)).json()) as BookTimeline;
  const part = (start: number, seconds: number) => {
    const from = Math.round(start * RATE);
    return bytes.subarray(4 * from, 4 * (from + Math.round(seconds * RATE)));
  };
  return { render, timeline, part, bytes };
}

describe('a preview from a place in the script on', () => {
  it('5.3: has the samples of the render from the unit there on, where the book was spoken', async () => {
    const script = `{{{voice:narrator}}}{{{bg:rain}}}${sentences('Alpha', 6).join(' ')}`;
    const book = await madeBook(server, { script, cast: CAST });
    const { timeline, part } = await renderOf(book.id);
    const unit = timeline.units[3]!;
    // In the middle of the sentence: it is heard from its beginning.
    const query = { offset: unit.offset + 9, length: 4 };
    expect(Buffer.compare(await samples(book.id, query), part(unit.start, 4))).toBe(0);

    const passage = await timelineOf(book.id, query);
    expect(passage).toMatchObject({ exact: true, length: 4 });
    expect(passage.units[0]).toMatchObject({ text: unit.text, start: 0, offset: unit.offset, spoken: true });
    expect(passage.units[1]!.start).toBeCloseTo(timeline.units[4]!.start - unit.start, 4);
    // A bed that plays already.
    expect(passage.beds).toEqual([expect.objectContaining({ sound: 'rain', offset: timeline.beds[0]!.offset })]);
    expect(passage.beds[0]!.start).toBeCloseTo(timeline.beds[0]!.start - unit.start, 4);
  });

  it('speaks only what is heard, and has the samples of the render all the same where nothing goes on from before', async () => {
    const script = `{{{voice:narrator}}}${sentences('Beta', 24).join(' ')}`;
    const book = await madeBook(server, { script, cast: CAST });
    const offset = script.indexOf('of part 15.');
    expect((await timelineOf(book.id, { offset, length: 5 })).units.map(({ spoken }) => spoken)).not.toContain(true);
    const early = await samples(book.id, { offset, length: 5 });
    const { render, timeline, part } = await renderOf(book.id);
    // Two are heard, and those after it that were begun meanwhile.
    expect(render.units_reused).toBeGreaterThan(1);
    expect(render.units_reused).toBeLessThan(9);
    expect(timeline.units[14]).toMatchObject({ spoken: true });
    expect(Buffer.compare(early, part(timeline.units[15]!.start, 5))).toBe(0);
  });

  it('says that a bed that began earlier may be in another turn, until what is between was spoken', async () => {
    const script = `{{{voice:narrator}}}{{{bg:rain}}}${sentences('Gamma', 8).join(' ')}`;
    const book = await madeBook(server, { script, cast: CAST });
    const query = { offset: script.indexOf('of part 6.'), length: 3 };
    const early = await samples(book.id, query);
    expect(early.length).toBe(4 * 3 * RATE);
    const { exact, units } = await timelineOf(book.id, query);
    expect(exact).toBe(false);
    expect(units.every(({ spoken }) => spoken)).toBe(true);
    const { timeline, part } = await renderOf(book.id);
    expect(await timelineOf(book.id, query)).toMatchObject({ exact: true });
    expect(Buffer.compare(await samples(book.id, query), part(timeline.units[6]!.start, 3))).toBe(0);
  });

  it('begins with the effect that stands there before the text, and with the bed', async () => {
    const [first, second, third] = sentences('Delta', 3);
    const script = `{{{voice:narrator}}}${first}\n\n{{{sfx:door,pause_speech:true}}}${second}\n\n{{{bg:rain}}}{{{pause:1}}}${third}`;
    const book = await madeBook(server, { script, cast: CAST });
    const { timeline, part } = await renderOf(book.id);
    const [door, rain] = [timeline.effects[0]!, timeline.beds[0]!];
    expect(door.end - door.start).toBeCloseTo(1, 2);
    const fromDoor = await samples(book.id, { offset: script.indexOf('{{{sfx'), length: 3 });
    expect(Buffer.compare(fromDoor, part(door.start, 3))).toBe(0);
    const fromRain = await samples(book.id, { offset: script.indexOf('{{{bg') + 3, length: 3 });
    expect(Buffer.compare(fromRain, part(rain.start, 3))).toBe(0);
    // Behind the tag it is the text that is meant.
    const behind = await samples(book.id, { offset: script.indexOf(second!), length: 2 });
    expect(Buffer.compare(behind, part(timeline.units[1]!.start, 2))).toBe(0);
  });

  it('ends with the book, and knows its length before', async () => {
    const script = `{{{voice:narrator}}}${sentences('Epsilon', 5).join(' ')}{{{sfx:door,delay:3}}}`;
    const book = await madeBook(server, { script, cast: CAST });
    const late = await samples(book.id, { offset: script.indexOf('of part 3.'), length: 60 });
    const { timeline, part, bytes } = await renderOf(book.id);
    const { start } = timeline.units[3]!;
    expect(Buffer.compare(late, part(start, timeline.length - start))).toBe(0);
    expect(bytes.subarray(-late.length).equals(late)).toBe(true);
    // Behind everything it is the last unit.
    const last = await samples(book.id, { offset: script.length, length: 60 });
    expect(bytes.subarray(-last.length).equals(last)).toBe(true);
    expect(last.length).toBe(4 * Math.round((timeline.length - timeline.units[4]!.start) * RATE));
  });

  it('is of a book without a word, too', async () => {
    const book = await madeBook(server, { script: '{{{sfx:door}}}' });
    const bytes = await samples(book.id, { offset: 0, length: 1 });
    expect(bytes.some(byte => byte !== 0)).toBe(true);
  });

  it('has the rate and the channels that are wished', async () => {
    const book = await madeBook(server, { script: `{{{voice:narrator}}}${sentences('Zeta', 1)[0]}`, cast: CAST });
    const response = await fetch(address(book.id, { offset: 0, length: 1.5, sample_rate: 24_000, channels: 1 }));
    const { sampleRate, channels } = readWav16(Buffer.from(await response.arrayBuffer()));
    expect({ sampleRate, channels: channels.length, frames: channels[0]!.length }).toEqual({
      sampleRate: 24_000,
      channels: 1,
      frames: 36_000,
    });
  });

  it('is refused with its reasons', async () => {
    const book = await madeBook(server, { script: `{{{voice:narrator}}}${sentences('Eta', 1)[0]}`, cast: CAST });
    const wrong: [Record<string, number | string>, string][] = [
      [{ offset: 0, start: 1 }, 'start'],
      [{ offset: 0, end: 1 }, 'end'],
      [{ length: 4 }, 'length'],
      [{ offset: 0, length: 0 }, 'length'],
      [{ offset: 0, length: 601 }, 'length'],
      [{ offset: -1 }, 'offset'],
      [{ offset: 1.5 }, 'offset'],
      [{ start: 5, end: 5 }, 'end'],
      [{ start: 0, end: 601 }, 'end'],
    ];
    for (const [query, field] of wrong) {
      const problem = await expectProblem(await fetch(address(book.id, query)), 400, 'request.invalid');
      expect(
        problem.errors?.map(({ path }) => path),
        JSON.stringify(query),
      ).toEqual([field]);
    }
    await expectProblem(await fetch(address(book.id, { length: 0 }, '/timeline')), 400, 'request.invalid');
    const broken = await madeBook(server, { script: '{{{voice:nobody}}}Hello.' });
    for (const kind of ['', '/timeline'] as const) {
      await expectProblem(await fetch(address(broken.id, { offset: 0 }, kind)), 422, 'script.has_errors');
      await expectProblem(await fetch(address('0'.repeat(32), { offset: 0 }, kind)), 404, 'book.not_found');
    }
  });

  it('speaks nothing for who asks for its head only', async () => {
    const book = await madeBook(server, {
      script: `{{{voice:narrator}}}${sentences('Theta', 2).join(' ')}`,
      cast: CAST,
    });
    for (const query of [{ offset: 0 }, { start: 0, end: 2 }]) {
      const response = await fetch(address(book.id, query), { method: 'HEAD' });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    }
    expect((await timelineOf(book.id, { offset: 0 })).units.map(({ spoken }) => spoken)).toEqual([false, false]);
  });

  it('is given up when its listener goes', async () => {
    const script = `{{{voice:narrator}}}${sentences('Iota', 30).join(' ')}`;
    const book = await madeBook(server, { script, cast: CAST });
    const leaving = new AbortController();
    const response = await fetch(address(book.id, { offset: 0, length: 20 }), { signal: leaving.signal });
    const reader = response.body!.getReader();
    await reader.read();
    leaving.abort();
    await expect(reader.read()).rejects.toThrow();
    const { units } = await timelineOf(book.id, { offset: 0, length: 90 });
    expect(units.some(({ spoken }) => !spoken)).toBe(true);
  });
});
