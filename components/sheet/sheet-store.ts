/**
 * What the sheet knows and does, without React: the sound as the server has it, what was changed of it and is not saved yet, and
 * the way there. One request at a time; changes made meanwhile are merged into the next. `If-Match` keeps others' changes:
 * where somebody else changed the sound, only own fields are applied again, and a field that both changed is asked about.
 */
import type { Sound, SoundPatch } from '#lib/sounds/sound.ts';
import { ApiProblem, type Versioned } from '../api/client.ts';
import { createStore, type Store } from '../store.ts';
import {
  FIELD_LABELS,
  FIELD_NAMES,
  isSameValue,
  readField,
  trimProblems,
  type FieldName,
  type FieldProblems,
  type TextName,
} from './sheet-fields.ts';

/** After the last keystroke, in milliseconds. */
export const SAVE_AFTER = 500;
/** Until the next try where the server was not reached, doubled each time. Milliseconds. */
export const RETRY_AFTER = 2000;
const RETRY_AT_MOST = 30_000;
/** Times in a row that a save may meet a change from elsewhere. */
const MAX_REBASES = 5;
const MAX_HISTORY = 200;

export interface SheetApi {
  load(): Promise<Versioned<Sound>>;
  /** @throws ApiProblem */
  save(patch: SoundPatch, etag: string): Promise<Versioned<Sound>>;
}

export interface SheetTimers {
  /** Returns what calls it off. */
  after(ms: number, run: () => void): () => void;
}

export type SheetPhase =
  | 'loading'
  | 'saved'
  | 'saving'
  /** The server is not reached, which needs no message, or cannot save now and says why; it is tried again by itself. */
  | 'offline'
  /** Something else is wrong; tried again when someone says so. */
  | 'failed'
  /** A field was changed here and elsewhere. */
  | 'conflict'
  /** Deleted elsewhere. */
  | 'gone';

export interface SheetState {
  /** As the server has it; undefined until it is loaded. */
  sound: Sound | undefined;
  etag: string | undefined;
  /** Wanted, and not on its way yet. */
  edits: SoundPatch;
  /** On its way. */
  sending: SoundPatch;
  /** Text as it is being typed. */
  drafts: { readonly [F in TextName]?: string };
  /** What is wrong with a draft. */
  unreadable: FieldProblems;
  /** What the server said about values that seemed right. */
  refused: FieldProblems;
  phase: SheetPhase;
  /** Words for the phases that need some. */
  message: string;
  /** Fields that were changed here and elsewhere. */
  conflicts: readonly FieldName[];
  canUndo: boolean;
}

export interface SheetStore {
  readonly state: Store<SheetState>;
  /** Loads the sound, or what has changed of it. */
  start: () => void;
  /** A field as text, at each keystroke. */
  type: (name: TextName, text: string) => void;
  /** The text is finished: it is shown as it is stored. */
  settle: (name: TextName) => void;
  edit: <F extends FieldName>(name: F, value: Sound[F]) => void;
  /** Steps back through what was changed in this sheet. Returns false where there is nothing. */
  undo: () => boolean;
  /** Saves at once. */
  flush: () => void;
  /** After a failure. */
  retry: () => void;
  /** In a conflict: overwrites what was done elsewhere. */
  keepMine: () => void;
  /** In a conflict: gives up the own value. */
  takeTheirs: () => void;
  /** Another version by own doing, such as another recording. */
  replaced: (version: Versioned<Sound>) => void;
  /** Somebody says that the sound is now like this. */
  heard: (sound: Sound) => void;
  heardRemoved: () => void;
  /** Nothing is left to be saved. */
  isClean: () => boolean;
}

export interface SheetOptions {
  /** Shown until the sound is loaded. */
  initial?: Sound | undefined;
  api: SheetApi;
  timers: SheetTimers;
  /** The sound was saved, or found changed. */
  onSound: (sound: Sound) => void;
}

/** What is wanted: the saved sound under what is on its way under what was typed since. */
export function wantedSound(state: SheetState): Sound | undefined {
  return state.sound && ({ ...state.sound, ...state.sending, ...state.edits } as Sound);
}

export function problemsOf(state: SheetState): FieldProblems {
  const wanted = wantedSound(state);
  if (wanted === undefined) return {};
  return { ...state.refused, ...trimProblems(wanted, wanted.length, name => name in state.edits), ...state.unreadable };
}

export function createSheetStore({ initial, api, timers, onSound }: SheetOptions): SheetStore {
  const state = createStore<SheetState>({
    sound: initial,
    etag: undefined,
    edits: {},
    sending: {},
    drafts: {},
    unreadable: {},
    refused: {},
    phase: 'loading',
    message: '',
    conflicts: [],
    canUndo: false,
  });

  /** A step back: fields as they were, and as they became. */
  const history: { before: SoundPatch; after: SoundPatch }[] = [];
  /** Fields changed since the last step was closed, as they were. */
  let group: SoundPatch = {};
  /** Values that were sent and may have arrived though no answer came. */
  let unconfirmed: SoundPatch[] = [];
  let stopTyping: (() => void) | undefined;
  let stopWaiting: (() => void) | undefined;
  let halted = false;
  let busy = false;
  let stale = true;
  let failures = 0;
  let rebases = 0;

  const put = (change: Partial<SheetState>) => {
    state.set(current => {
      const next = { ...current, ...change };
      const canUndo = history.length > 0 || Object.keys(group).length > 0 || Object.keys(next.unreadable).length > 0;
      return { ...next, canUndo };
    });
  };

  /** Values that differ from what the server has, will have, or may have. */
  const needed = (edits: SoundPatch, below: Sound | undefined) =>
    pickFields(edits, name => !isSameValue(edits[name], below?.[name]) || unconfirmed.some(sent => name in sent));

  function edit<F extends FieldName>(name: F, value: Sound[F]): void {
    const current = state.get();
    const wanted = wantedSound(current);
    if (wanted === undefined || current.phase === 'gone') return;
    if (isSameValue(wanted[name], value) && current.refused[name] === undefined) return;
    if (!(name in group)) group = { ...group, [name]: wanted[name] };
    const below = { ...current.sound, ...current.sending } as Sound;
    put({
      edits: needed({ ...current.edits, [name]: value }, below),
      refused: without(current.refused, name),
    });
    typing();
  }

  function type(name: TextName, text: string): void {
    const reading = readField(name, text);
    const { drafts, unreadable, edits } = state.get();
    const nextDrafts = { ...drafts, [name]: text };
    if ('problem' in reading) {
      // What was readable a keystroke ago was half a word.
      put({
        drafts: nextDrafts,
        edits: without(edits, name),
        unreadable: { ...unreadable, [name]: reading.problem },
      });
    } else {
      put({ drafts: nextDrafts, unreadable: without(unreadable, name) });
      edit(name, reading.value);
    }
    typing();
  }

  function typing(): void {
    stopTyping?.();
    stopTyping = timers.after(SAVE_AFTER, flush);
    halted = false;
    const { phase, edits } = state.get();
    if (phase === 'saved' && Object.keys(edits).length > 0) put({ phase: 'saving' });
  }

  function flush(): void {
    stopTyping?.();
    stopTyping = undefined;
    closeStep();
    halted = false;
    stopWaiting?.();
    stopWaiting = undefined;
    pump();
  }

  function closeStep(): void {
    const wanted = wantedSound(state.get());
    if (wanted !== undefined) {
      const before = pickFields(group, name => !isSameValue(group[name], wanted[name]));
      const after = pickFields(wanted, name => name in before);
      if (Object.keys(before).length > 0) history.push({ before, after });
      if (history.length > MAX_HISTORY) history.shift();
    }
    group = {};
    put({});
  }

  /** What may be sent: not what is known to be refused. */
  function sendable(): SoundPatch {
    const current = state.get();
    const problems = problemsOf(current);
    const trim = problems.start_at !== undefined || problems.end_at !== undefined;
    return pickFields(
      current.edits,
      name => problems[name] === undefined && !(trim && (name === 'start_at' || name === 'end_at')),
    );
  }

  /** Takes the next step, if there is one and nothing is under way. */
  function pump(): void {
    const { phase, etag } = state.get();
    if (busy || halted || stopWaiting !== undefined || phase === 'conflict' || phase === 'gone') return;
    if (stale || etag === undefined) return void run(load);
    const patch = sendable();
    if (Object.keys(patch).length === 0) return put({ phase: 'saved', message: '' });
    if (stopTyping === undefined) void run(() => save(patch, etag));
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

  async function save(patch: SoundPatch, etag: string): Promise<void> {
    const { edits } = state.get();
    unconfirmed = [...unconfirmed, patch];
    put({ sending: patch, edits: pickFields(edits, name => !(name in patch)), phase: 'saving', message: '' });
    try {
      const answer = await api.save(patch, etag);
      unconfirmed = [];
      rebases = 0;
      put({
        sound: answer.value,
        etag: answer.etag,
        sending: {},
        edits: needed(state.get().edits, answer.value),
      });
      onSound(answer.value);
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      const refused = status >= 400 && status < 500;
      if (refused) unconfirmed = unconfirmed.filter(sent => sent !== patch);
      // Where no answer came it may have been saved: only a look tells.
      stale ||= !refused || status === 412;
      const current = state.get();
      put({ sending: {}, edits: needed({ ...patch, ...current.edits }, current.sound) });
      if (status !== 412) throw error;
      rebases += 1;
      if (rebases > MAX_REBASES) throw error;
    }
  }

  async function load(): Promise<void> {
    stale = false;
    let version: Versioned<Sound>;
    try {
      version = await api.load();
    } catch (error) {
      stale = true;
      throw error;
    }
    const { sound: base, edits } = state.get();
    const fresh = version.value;
    const sent = unconfirmed;
    unconfirmed = [];
    const own = needed(edits, fresh);
    const conflicts = FIELD_NAMES.filter(
      name =>
        name in own &&
        base !== undefined &&
        !isSameValue(base[name], fresh[name]) &&
        !sent.some(patch => name in patch && isSameValue(patch[name], fresh[name])),
    );
    put({ sound: fresh, etag: version.etag, edits: own, conflicts });
    if (conflicts.length > 0) {
      const names = conflicts.map(name => FIELD_LABELS[name]).join(', ');
      put({ phase: 'conflict', message: `Changed elsewhere too: ${names}.` });
    }
    if (base !== undefined && !isSameSound(base, fresh)) onSound(fresh);
  }

  function fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const problem = error instanceof ApiProblem ? error : undefined;
    if (problem?.status === 404) return put({ phase: 'gone', message: 'It was deleted elsewhere.' });
    const refused: FieldProblems = {};
    for (const { path, message: why } of problem?.fields ?? []) {
      const name = fieldOf(path);
      if (name !== undefined) refused[name] = `It ${why}.`;
    }
    if (problem?.status === 422 && Object.keys(refused).length > 0) {
      return put({ refused: { ...state.get().refused, ...refused } });
    }
    const passing = problem !== undefined && (problem.status === 0 || problem.status === 429 || problem.status >= 500);
    if (!passing || problem.status === 500) {
      halted = true;
      return put({ phase: 'failed', message });
    }
    failures += 1;
    const wait = Math.min(RETRY_AT_MOST, RETRY_AFTER * 2 ** (failures - 1));
    stopWaiting = timers.after(wait, () => {
      stopWaiting = undefined;
      pump();
    });
    put({ phase: 'offline', message: problem.status === 0 ? '' : message });
  }

  function undo(): boolean {
    const { unreadable, drafts, phase } = state.get();
    if (phase === 'gone') return false;
    if (Object.keys(unreadable).length > 0) {
      put({ unreadable: {}, drafts: without(drafts, ...(Object.keys(unreadable) as TextName[])) });
      return true;
    }
    stopTyping?.();
    stopTyping = undefined;
    closeStep();
    for (let step = history.pop(); step !== undefined; step = history.pop()) {
      const current = state.get();
      const wanted = wantedSound(current);
      // What changed since by other hands is not this step's any more.
      const back = pickFields(step.before, name => isSameValue(wanted?.[name], step?.after[name]));
      const names = Object.keys(back) as FieldName[];
      if (names.length === 0) continue;
      put({
        edits: needed({ ...current.edits, ...back }, { ...current.sound, ...current.sending } as Sound),
        drafts: without(current.drafts, ...(names as TextName[])),
        refused: without(current.refused, ...names),
        conflicts: current.conflicts.filter(name => !names.includes(name)),
      });
      if (state.get().phase === 'conflict' && state.get().conflicts.length === 0) put({ phase: 'saving', message: '' });
      flush();
      return true;
    }
    put({});
    return false;
  }

  return {
    state,
    start: pump,
    type,
    edit,
    undo,
    flush,
    settle(name) {
      const { drafts, unreadable } = state.get();
      if (unreadable[name] === undefined && name in drafts) put({ drafts: without(drafts, name) });
    },
    retry() {
      if (state.get().phase === 'failed') put({ phase: state.get().sound === undefined ? 'loading' : 'saving' });
      rebases = 0;
      flush();
    },
    keepMine() {
      put({ phase: 'saving', message: '', conflicts: [] });
      flush();
    },
    takeTheirs() {
      const { conflicts, edits, drafts, refused } = state.get();
      put({
        phase: 'saving',
        message: '',
        conflicts: [],
        edits: without(edits, ...conflicts),
        drafts: without(drafts, ...(conflicts as TextName[])),
        refused: without(refused, ...conflicts),
      });
      flush();
    },
    replaced(version) {
      // Steps before it were about another recording.
      history.length = 0;
      group = {};
      put({ sound: version.value, etag: version.etag, edits: needed(state.get().edits, version.value) });
      onSound(version.value);
      pump();
    },
    heard(sound) {
      const current = state.get();
      if (current.phase === 'gone') put({ phase: 'saving', message: '' });
      else if (current.sound !== undefined && isSameSound(current.sound, sound)) return;
      stale = true;
      pump();
    },
    heardRemoved() {
      put({ phase: 'gone', message: 'It was deleted.' });
    },
    isClean() {
      const { phase, sending } = state.get();
      return phase === 'gone' || (Object.keys(sending).length === 0 && Object.keys(sendable()).length === 0);
    },
  };
}

function isSameSound(a: Sound, b: Sound): boolean {
  return (Object.keys({ ...a, ...b }) as (keyof Sound)[]).every(key => isSameValue(a[key], b[key]));
}

function fieldOf(path: string): FieldName | undefined {
  const [name] = path.split('.');
  return FIELD_NAMES.find(known => known === name);
}

function pickFields(from: SoundPatch, keep: (name: FieldName) => boolean): SoundPatch {
  return Object.fromEntries(FIELD_NAMES.filter(name => name in from && keep(name)).map(name => [name, from[name]]));
}

function without<T extends object, K extends keyof T>(from: T, ...names: K[]): T {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name as K))) as T;
}
