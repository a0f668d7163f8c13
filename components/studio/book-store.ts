/**
 * What the page of a book knows and does, without React: the book as the server has it, what was changed of it and is not saved yet,
 * and the way there. One request at a time; changes made meanwhile go with the next. `If-Match` keeps others' changes: where somebody
 * else changed the book, their changes and the own ones are merged, and what cannot be is asked about. Until then nothing is sent, and
 * both are there.
 */
import type { Audiobook, AudiobookPatch } from '#lib/audiobooks/audiobook.ts';
import { ApiProblem, type Versioned } from '../api/client.ts';
import { createStore, type Store } from '../store.ts';
import { mergeTexts, settle, type Choice, type Clash } from './merge-texts.ts';

/** After the last keystroke, in milliseconds. */
export const SAVE_AFTER = 500;
/** Until the next try where the server was not reached, doubled each time. Milliseconds. */
export const RETRY_AFTER = 2000;
const RETRY_AT_MOST = 30_000;
/** Times in a row that a save may meet a change from elsewhere. */
const MAX_REBASES = 5;

export const BOOK_FIELDS = ['title', 'author', 'script', 'cast', 'settings'] as const;
export type BookField = (typeof BOOK_FIELDS)[number];
export type BookFields = Pick<Audiobook, BookField>;
type Fields = Partial<BookFields>;

export type BookPhase =
  | 'saved'
  | 'saving'
  /** The server is not reached, or cannot save now and says why; it is tried again by itself. */
  | 'offline'
  /** Something else is wrong; tried again when someone says so. */
  | 'failed'
  /** Changed here and elsewhere, and somebody has to choose. */
  | 'conflict'
  /** Deleted elsewhere. */
  | 'gone';

export interface Conflict {
  /** Fields that were changed here and elsewhere. */
  fields: readonly BookField[];
  /** The book before both changes. */
  base: Audiobook;
}

export interface BookState {
  /** As the server has it. */
  book: Audiobook;
  etag: string;
  /** Wanted, and not on its way yet. */
  edits: Fields;
  /** On its way. */
  sending: Fields;
  phase: BookPhase;
  /** Words for the phases that need some. */
  message: string;
  /** What the server said about values. */
  refused: Readonly<Partial<Record<BookField, string>>>;
  conflict: Conflict | undefined;
}

export interface BookStore {
  readonly state: Store<BookState>;
  edit: <F extends BookField>(name: F, value: BookFields[F]) => void;
  /** Saves at once. */
  flush: () => void;
  /** Saves at once. @returns whether all is saved; false where it cannot be now */
  save: () => Promise<boolean>;
  /** After a failure. */
  retry: () => void;
  /** In a conflict. `both` keeps both passages of the script, and the own value of any other field. */
  resolve: (choice: Choice) => void;
  /** The book may have been changed elsewhere. */
  heard: () => void;
  heardRemoved: () => void;
  /** Nothing is left to be saved. */
  isClean: () => boolean;
}

export interface BookMeans {
  load: () => Promise<Versioned<Audiobook>>;
  /** @throws ApiProblem */
  save: (patch: AudiobookPatch, etag: string) => Promise<Versioned<Audiobook>>;
  /** Returns what calls it off. */
  after: (ms: number, run: () => void) => () => void;
  /** It was saved here. */
  onSaved: (book: Audiobook) => void;
}

/** What is wanted: the saved book under what is on its way under what was changed since. */
export function wantedBook({ book, sending, edits }: BookState): Audiobook {
  return { ...book, ...sending, ...edits };
}

/** Where the own script and the other one clash; undefined where they do not. */
export function clashOf(state: BookState): Clash | undefined {
  if (state.conflict?.fields.includes('script') !== true) return undefined;
  const merged = mergeTexts(state.conflict.base.script, wantedBook(state).script, state.book.script);
  return typeof merged === 'string' ? undefined : merged;
}

export function createBookStore(initial: Versioned<Audiobook>, means: BookMeans): BookStore {
  const state = createStore<BookState>({
    book: readable(initial.value),
    etag: initial.etag,
    edits: {},
    sending: {},
    phase: 'saved',
    message: '',
    refused: {},
    conflict: undefined,
  });
  /** Values that were sent and may have arrived though no answer came. */
  let unconfirmed: Fields[] = [];
  let stopTyping: (() => void) | undefined;
  let stopWaiting: (() => void) | undefined;
  let halted = false;
  let busy = false;
  let stale = false;
  let failures = 0;
  let rebases = 0;

  const put = (change: Partial<BookState>) => state.set(current => ({ ...current, ...change }));

  /** Values that differ from what the server has, will have, or may have. */
  const needed = (edits: Fields, below: BookFields) =>
    pick(edits, name => !isSame(edits[name], below[name]) || unconfirmed.some(sent => name in sent));

  function edit<F extends BookField>(name: F, value: BookFields[F]): void {
    const current = state.get();
    if (current.phase === 'gone' || isSame(wantedBook(current)[name], value)) return;
    const refused = { ...current.refused };
    delete refused[name];
    put({ edits: needed({ ...current.edits, [name]: value }, { ...current.book, ...current.sending }), refused });
    halted = false;
    if (state.get().phase === 'saved') put({ phase: 'saving' });
    stopTyping?.();
    stopTyping = means.after(SAVE_AFTER, flush);
  }

  function flush(): void {
    stopTyping?.();
    stopTyping = undefined;
    stopWaiting?.();
    stopWaiting = undefined;
    halted = false;
    pump();
  }

  /** What may be sent: not what is known to be refused. */
  function sendable(): Fields {
    const { edits, refused } = state.get();
    return pick(edits, name => refused[name] === undefined);
  }

  /** Takes the next step, if there is one and nothing is under way. */
  function pump(): void {
    const { phase } = state.get();
    if (busy || halted || stopWaiting !== undefined || phase === 'conflict' || phase === 'gone') return;
    if (stale) return void run(load);
    const patch = sendable();
    if (Object.keys(patch).length === 0) return put({ phase: 'saved', message: '' });
    if (stopTyping === undefined) void run(() => save(patch));
  }

  async function run(step: () => Promise<void>): Promise<void> {
    busy = true;
    try {
      await step();
      failures = 0;
    } catch (error) {
      fail(error);
    } finally {
      busy = false;
    }
    pump();
  }

  async function save(patch: Fields): Promise<void> {
    const { edits, etag } = state.get();
    unconfirmed = [...unconfirmed, patch];
    put({ sending: patch, edits: pick(edits, name => !(name in patch)), phase: 'saving', message: '' });
    try {
      const answer = await means.save(patch, etag);
      unconfirmed = [];
      rebases = 0;
      const book = readable(answer.value);
      put({ book, etag: answer.etag, sending: {}, edits: needed(state.get().edits, book) });
      means.onSaved(book);
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      const refused = status >= 400 && status < 500;
      if (refused) unconfirmed = unconfirmed.filter(sent => sent !== patch);
      // Where no answer came it may have been saved: only a look tells.
      stale ||= !refused || status === 412;
      const current = state.get();
      put({ sending: {}, edits: needed({ ...patch, ...current.edits }, current.book) });
      if (status !== 412) throw error;
      rebases += 1;
      if (rebases > MAX_REBASES) throw error;
    }
  }

  async function load(): Promise<void> {
    stale = false;
    let version: Versioned<Audiobook>;
    try {
      version = await means.load();
    } catch (error) {
      stale = true;
      throw error;
    }
    const { book, edits } = state.get();
    const fresh = readable(version.value);
    // What came of an own save without an answer is no change from elsewhere.
    const base = { ...book, ...arrived(unconfirmed, fresh) };
    unconfirmed = [];
    const { merged, fields } = mergeFields(base, edits, fresh);
    put({ book: fresh, etag: version.etag, edits: needed(merged, fresh) });
    if (fields.length > 0) {
      const message = `Changed elsewhere too: ${fields.join(', ')}. Both are kept until you choose.`;
      put({ phase: 'conflict', conflict: { base, fields }, message });
    }
  }

  function fail(error: unknown): void {
    const problem = error instanceof ApiProblem ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    if (problem?.status === 404) return put({ phase: 'gone', message: 'It was deleted elsewhere.' });
    const refused: Partial<Record<BookField, string>> = {};
    for (const { path, message: why } of problem?.fields ?? []) {
      const name = BOOK_FIELDS.find(field => field === path.split('.')[0]);
      if (name !== undefined) refused[name] = `It ${why}.`;
    }
    if (problem?.status === 422 && Object.keys(refused).length > 0) {
      return put({ refused: { ...state.get().refused, ...refused } });
    }
    const passing = problem !== undefined && (problem.status === 0 || problem.status === 429 || problem.status > 500);
    if (!passing) {
      halted = true;
      return put({ phase: 'failed', message });
    }
    failures += 1;
    stopWaiting = means.after(Math.min(RETRY_AT_MOST, RETRY_AFTER * 2 ** (failures - 1)), () => {
      stopWaiting = undefined;
      pump();
    });
    put({ phase: 'offline', message: problem.status === 0 ? '' : message });
  }

  const isClean = () => {
    const { phase, sending } = state.get();
    return phase === 'gone' || (Object.keys(sending).length === 0 && Object.keys(sendable()).length === 0);
  };

  return {
    state,
    edit,
    flush,
    isClean,
    save() {
      flush();
      return new Promise(resolve => {
        const look = () => {
          const { phase, refused } = state.get();
          if (phase === 'saving' && !isClean()) return;
          stop();
          resolve(isClean() && phase !== 'gone' && Object.keys(refused).length === 0);
        };
        const stop = state.subscribe(look);
        look();
      });
    },
    retry() {
      if (state.get().phase === 'failed') put({ phase: 'saving' });
      rebases = 0;
      flush();
    },
    resolve(choice) {
      const { conflict, book, edits } = state.get();
      if (conflict === undefined) return;
      const own = { ...edits };
      for (const name of conflict.fields) {
        if (name === 'script') {
          const merged = mergeTexts(conflict.base.script, own.script ?? book.script, book.script);
          own.script = typeof merged === 'string' ? merged : settle(merged, choice);
        } else if (choice === 'theirs') delete own[name];
      }
      put({ edits: needed(own, book), conflict: undefined, phase: 'saving', message: '' });
      flush();
    },
    heard() {
      if (state.get().phase === 'gone') put({ phase: 'saving', message: '' });
      stale = true;
      pump();
    },
    heardRemoved() {
      put({ phase: 'gone', message: 'It was deleted.' });
    },
  };
}

/** Line breaks as a text area has them; places are counted alike everywhere then. */
function readable(book: Audiobook): Audiobook {
  return book.script.includes('\r') ? { ...book, script: book.script.replace(/\r\n?/g, '\n') } : book;
}

/** The own changes on top of another version, and the fields in which both were changed and cannot be merged. */
function mergeFields(base: BookFields, edits: Fields, fresh: BookFields): { merged: Fields; fields: BookField[] } {
  const merged: Fields = { ...edits };
  const fields: BookField[] = [];
  for (const name of BOOK_FIELDS) {
    if (!(name in edits) || isSame(base[name], fresh[name]) || isSame(edits[name], fresh[name])) continue;
    if (name === 'script') {
      const text = mergeTexts(base.script, edits.script!, fresh.script);
      if (typeof text === 'string') merged.script = text;
      else fields.push(name);
    } else if (name === 'cast') {
      const cast = mergeCasts(base.cast, edits.cast!, fresh.cast);
      if (cast === undefined) fields.push(name);
      else merged.cast = cast;
    } else fields.push(name);
  }
  return { merged, fields };
}

/** Name by name; undefined where one of them was given to two voices. */
function mergeCasts(
  base: BookFields['cast'],
  mine: BookFields['cast'],
  theirs: BookFields['cast'],
): BookFields['cast'] | undefined {
  const merged: BookFields['cast'] = {};
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, own, other] = [base[name], mine[name], theirs[name]];
    if (own !== was && other !== was && own !== other) return undefined;
    const voice = own === was ? other : own;
    if (voice !== undefined) merged[name] = voice;
  }
  return merged;
}

/** Of what was sent without an answer, what the server has. */
function arrived(sent: readonly Fields[], fresh: BookFields): Fields {
  return Object.assign({}, ...sent.map(fields => pick(fields, name => isSame(fields[name], fresh[name])))) as Fields;
}

function pick(from: Fields, keep: (name: BookField) => boolean): Fields {
  return Object.fromEntries(BOOK_FIELDS.filter(name => name in from && keep(name)).map(name => [name, from[name]]));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  // Casts and settings; a cast in another order is another cast, since its keys follow it.
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}
