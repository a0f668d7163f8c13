import { describe, expect, it } from 'vitest';
import type { Audiobook, AudiobookPatch } from '#lib/audiobooks/audiobook.ts';
import { ApiProblem, type Versioned } from '../api/client.ts';
import { clashOf, createBookStore, wantedBook } from './book-store.ts';

const BOOK: Audiobook = {
  id: 'a'.repeat(32),
  title: 'The Signal-Man',
  author: null,
  script: 'one\ntwo\nthree',
  cast: { narrator: 'embedded:slt' },
  settings: {},
  created_at: '2030-01-01T00:00:00Z',
  updated_at: '2030-01-01T00:00:00Z',
};

/** A server that keeps one book, and hands that turn by hand. */
function setUp(initial: Partial<Audiobook> = {}) {
  let kept: Audiobook = { ...BOOK, ...initial };
  let version = 1;
  let outage: Error | undefined;
  let loseAnswer = false;
  const patches: AudiobookPatch[] = [];
  const timers: (() => void)[] = [];
  const current = (): Versioned<Audiobook> => ({ value: kept, etag: `"${version}"` });
  const apply = (patch: AudiobookPatch) => {
    kept = { ...kept, ...patch } as Audiobook;
    version += 1;
  };
  const store = createBookStore(current(), {
    load: async () => {
      if (outage !== undefined) throw outage;
      return current();
    },
    save: async (patch, etag) => {
      if (outage !== undefined) throw outage;
      if (etag !== `"${version}"`) throw new ApiProblem(412, { code: 'audiobook.precondition_failed', detail: 'No.' });
      if (patch.title === '') {
        throw new ApiProblem(422, { detail: 'No.', errors: [{ path: 'title', message: 'must not be empty' }] });
      }
      patches.push(patch);
      apply(patch);
      if (loseAnswer) {
        loseAnswer = false;
        throw new ApiProblem(0, {});
      }
      return current();
    },
    after: (_ms, run) => {
      timers.push(run);
      return () => {
        const at = timers.indexOf(run);
        if (at !== -1) timers.splice(at, 1);
      };
    },
    onSaved: () => undefined,
  });
  return {
    store,
    patches,
    elsewhere: apply,
    server: () => kept,
    goDown: (error: Error = new ApiProblem(0, {})) => (outage = error),
    comeBack: () => (outage = undefined),
    loseNextAnswer: () => (loseAnswer = true),
    /** Everything that waits happens. */
    pass: async () => {
      for (const run of timers.splice(0)) run();
      await settled();
    },
    wanted: () => wantedBook(store.state.get()),
    phase: () => store.state.get().phase,
  };
}

const settled = () => new Promise(resolve => setTimeout(resolve));

describe('a book that is being written', () => {
  it('is saved after a pause, with what was changed only', async () => {
    const { store, patches, pass, phase } = setUp();
    store.edit('script', 'one\ntwo\nthree\nf');
    store.edit('script', 'one\ntwo\nthree\nfour');
    expect(phase()).toBe('saving');
    await pass();
    expect(patches).toEqual([{ script: 'one\ntwo\nthree\nfour' }]);
    expect(phase()).toBe('saved');
    expect(store.isClean()).toBe(true);
  });

  it('is not saved where a change was taken back before', async () => {
    const { store, patches, pass } = setUp();
    store.edit('title', 'Other');
    store.edit('title', BOOK.title);
    await pass();
    expect(patches).toEqual([]);
  });

  it('takes the changes of another tab that lie apart from the own ones', async () => {
    const { store, pass, elsewhere, server, wanted } = setUp();
    elsewhere({ script: 'ONE\ntwo\nthree', title: 'Renamed' });
    store.edit('script', 'one\ntwo\nTHREE');
    store.edit('cast', { ...BOOK.cast, old_man: 'embedded:rms' });
    await pass();
    expect(server()).toMatchObject({ script: 'ONE\ntwo\nTHREE', title: 'Renamed' });
    expect(server().cast).toEqual({ narrator: 'embedded:slt', old_man: 'embedded:rms' });
    expect(wanted().script).toBe('ONE\ntwo\nTHREE');
  });

  it('asks where both changed the same lines, and loses neither text', async () => {
    const { store, pass, elsewhere, server, wanted, phase, patches } = setUp();
    elsewhere({ script: 'one\ntwo, theirs\nthree' });
    store.edit('script', 'one\ntwo, mine\nthree');
    await pass();
    expect(phase()).toBe('conflict');
    expect(patches).toEqual([]);
    expect(wanted().script).toBe('one\ntwo, mine\nthree');
    expect(clashOf(store.state.get())).toMatchObject({ mine: 'two, mine', theirs: 'two, theirs' });
    store.resolve('both');
    await settled();
    expect(server().script).toBe('one\ntwo, mine\ntwo, theirs\nthree');
    expect(phase()).toBe('saved');
  });

  it.each([
    ['mine', 'Mine'],
    ['theirs', 'Theirs'],
  ] as const)('saves %s where that was chosen', async (choice, title) => {
    const { store, pass, elsewhere, server, phase } = setUp();
    elsewhere({ title: 'Theirs' });
    store.edit('title', 'Mine');
    await pass();
    expect(phase()).toBe('conflict');
    store.resolve(choice);
    await settled();
    expect(server().title).toBe(title);
    expect(phase()).toBe('saved');
  });

  it('goes on being written while a choice is waited for', async () => {
    const { store, pass, elsewhere, server } = setUp();
    elsewhere({ script: 'one\nTWO\nthree' });
    store.edit('script', 'one\n2\nthree');
    await pass();
    store.edit('script', 'one\n2\nthree\nfour');
    await pass();
    store.resolve('mine');
    await settled();
    expect(server().script).toBe('one\n2\nthree\nfour');
  });

  it('keeps what is written while the server is away, and sends it once it is back', async () => {
    const { store, patches, pass, goDown, comeBack, phase } = setUp();
    goDown();
    store.edit('script', 'offline');
    await pass();
    expect(phase()).toBe('offline');
    expect(store.isClean()).toBe(false);
    await expect(store.save()).resolves.toBe(false);
    comeBack();
    store.retry();
    await settled();
    expect(patches).toEqual([{ script: 'offline' }]);
    expect(phase()).toBe('saved');
  });

  it('takes a save whose answer was lost for its own, not for a change from elsewhere', async () => {
    const { store, patches, pass, loseNextAnswer, phase, server } = setUp();
    loseNextAnswer();
    store.edit('script', 'sent');
    await pass();
    store.edit('script', 'sent, and more');
    await pass();
    await pass();
    expect(phase()).toBe('saved');
    expect(server().script).toBe('sent, and more');
    expect(patches).toHaveLength(2);
  });

  it('says which field is refused, and saves the others', async () => {
    const { store, pass, server } = setUp();
    store.edit('title', '');
    await pass();
    expect(store.state.get().refused).toEqual({ title: 'It must not be empty.' });
    await expect(store.save()).resolves.toBe(false);
    store.edit('author', 'Charles Dickens');
    await pass();
    expect(server()).toMatchObject({ title: BOOK.title, author: 'Charles Dickens' });
    store.edit('title', 'Back');
    await pass();
    expect(server().title).toBe('Back');
    expect(store.state.get().refused).toEqual({});
  });

  it('shows what was changed elsewhere, and that it was deleted there', async () => {
    const { store, elsewhere, wanted, phase, goDown, pass } = setUp();
    elsewhere({ script: 'from elsewhere' });
    store.heard();
    await settled();
    expect(wanted().script).toBe('from elsewhere');
    goDown(new ApiProblem(404, { detail: 'Gone.' }));
    store.edit('script', 'more');
    await pass();
    expect(phase()).toBe('gone');
  });

  it('waits until it is saved before something is done with it', async () => {
    const { store, server } = setUp();
    store.edit('script', 'to be rendered');
    await expect(store.save()).resolves.toBe(true);
    expect(server().script).toBe('to be rendered');
    await expect(store.save()).resolves.toBe(true);
  });

  it('has line breaks as a text area has them', () => {
    expect(setUp({ script: 'one\r\ntwo\rthree' }).wanted().script).toBe('one\ntwo\nthree');
  });
});
