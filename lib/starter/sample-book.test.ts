import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audiobookDraft, audiobookId } from '#lib/audiobooks/audiobook.ts';
import { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import { systemClock } from '#lib/base/clock.ts';
import { EMBEDDED_VOICES } from '#lib/engines/embedded-voices.ts';
import { describePlan } from '#lib/script/describe.ts';
import { knowing } from '#lib/script/knowledge.fixture.ts';
import { parseScript } from '#lib/script/parse.ts';
import { planScript } from '#lib/script/plan.ts';
import type { KnownSound, SoundRoom } from '#lib/script/script.ts';
import { newSound, testLibrary, type TestLibrary } from '#lib/sounds/sounds.fixture.ts';
import { RECIPES } from '#lib/synthesis/recipes/index.ts';
import { PACK } from './pack.ts';
import { SampleBookService, type SampleBookServiceOptions } from './sample-book.service.ts';
import { SAMPLE_BOOK, SAMPLE_BOOK_ID, SAMPLE_SOUNDS } from './sample-book.ts';
import { StarterRepository } from './starter.repository.ts';

/** The sounds of the pack as a script sees them. */
function packed(room: SoundRoom): Record<string, Partial<KnownSound>> {
  const sounds = PACK.filter(({ kind }) => kind === room);
  return Object.fromEntries(
    sounds.map(({ name, settings: { volume, loop, crossfade } }) => [
      name,
      { volume, loop, crossfade, length: RECIPES[name].seconds },
    ]),
  );
}

describe('the sample book', () => {
  const { plan, diagnostics } = planScript(
    parseScript(SAMPLE_BOOK.script),
    knowing({
      cast: SAMPLE_BOOK.cast,
      voices: EMBEDDED_VOICES.map(({ id }) => `embedded:${id}`),
      effects: packed('effects'),
      background: packed('background'),
    }),
  );
  const cues = [...plan.steps, ...plan.units.flatMap(unit => unit.cues.map(({ step }) => step))];

  it('is a book that could be made over HTTP, and has nothing wrong with it, given the starter pack', () => {
    expect(audiobookDraft.parse(SAMPLE_BOOK)).toEqual(SAMPLE_BOOK);
    expect(audiobookId.parse(SAMPLE_BOOK_ID)).toBe(SAMPLE_BOOK_ID);
    expect(diagnostics).toEqual([]);
  });

  it('has two chapters, two voices, a bed and four effects, and is as long as a cup of tea', () => {
    const { voices, sounds } = describePlan(plan);
    expect(plan.chapters).toHaveLength(2);
    expect(voices.map(({ voice }) => voice).sort()).toEqual(['embedded:awb', 'embedded:slt']);
    const named = (room: SoundRoom) => sounds.filter(({ kind }) => kind === room).map(({ id }) => id);
    expect(named('effects').sort()).toEqual([...SAMPLE_SOUNDS.effects].sort());
    expect(named('background')).toEqual(SAMPLE_SOUNDS.background);
    const words = plan.units.reduce((sum, { text }) => sum + text.split(' ').length, 0);
    expect(words).toBeGreaterThan(250);
    expect(words).toBeLessThan(350);
  });

  it('shows an effect that speech waits for, one inside a sentence, a bed that ducks and stops, and pauses', () => {
    expect(cues.some(cue => cue.type === 'effect' && cue.settings.pause_speech)).toBe(true);
    const inside = plan.units.flatMap(unit => unit.cues.filter(({ at }) => at < unit.text.length));
    expect(inside.map(({ step }) => step.type)).toContain('effect');
    const bed = cues.find(cue => cue.type === 'bed')!;
    expect(bed.settings.duck_speech && bed.settings.duck_level < bed.settings.volume).toBe(true);
    expect(cues.map(({ type }) => type)).toEqual(expect.arrayContaining(['stop', 'pause']));
  });
});

describe('at a start', () => {
  let library: TestLibrary;
  let books: AudiobooksRepository;
  let errors: unknown[] = [];
  beforeEach(async () => {
    library = await testLibrary();
    books = new AudiobooksRepository(library.database, { clock: systemClock });
    errors = [];
  });
  afterEach(() => library[Symbol.asyncDispose]());

  const start = (options: Partial<SampleBookServiceOptions> = {}) =>
    new SampleBookService({
      folder: library.folder,
      library: new StarterRepository(library.database),
      books,
      hasVoice: () => Promise.resolve(true),
      logger: { info: () => undefined, error: (...line: unknown[]) => void errors.push(line) },
      ...options,
    }).makeOnFirstStart();

  it('an untouched library gets it, and never again once it is deleted', async () => {
    await start();
    expect(books.find(SAMPLE_BOOK_ID)).toMatchObject({ ...SAMPLE_BOOK, revision: 1 });
    await books.remove(SAMPLE_BOOK_ID);
    await books.purge('9999');
    await start();
    expect(books.count()).toBe(0);
  });

  it('a library with sounds of its own gets it only where those that it plays are there', async () => {
    await library.sounds.insert(newSound());
    await start();
    expect(books.count()).toBe(0);
    for (const kind of ['effects', 'background'] as const) {
      for (const id of SAMPLE_SOUNDS[kind]) await library.sounds.insert(newSound({ kind, id: { given: id } }));
    }
    await start();
    expect(books.count()).toBe(1);
  });

  it('waits for the start at which its voices are configured', async () => {
    await start({ hasVoice: id => Promise.resolve(id !== 'embedded:awb') });
    expect(books.count()).toBe(0);
    await start();
    expect(books.count()).toBe(1);
  });

  it('is made by the next one where a server was killed before or after the insert', async () => {
    const killed = (after: boolean): SampleBookServiceOptions['books'] => ({
      async insertOnce(id, draft) {
        if (after) await books.insertOnce(id, draft);
        throw new Error('the power is gone');
      },
    });
    await start({ books: killed(false) });
    expect(books.count()).toBe(0);
    await start({ books: killed(true) });
    expect(books.count()).toBe(1);
    await books.update(SAMPLE_BOOK_ID, { title: 'Mine now' });
    await start();
    expect(books.list(10).map(({ title }) => title)).toEqual(['Mine now']);
    expect(errors).toHaveLength(2);
  });

  it('is made by one of several servers on a folder', async () => {
    await Promise.all([start(), start(), start()]);
    expect(books.count()).toBe(1);
    expect(errors).toEqual([]);
  });
});
