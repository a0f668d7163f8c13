/**
 * Something done to many sounds: a few hundred a call, so that there is a number to show and a way to stop, and with the way back.
 * Framework-free; loaded with the selection bar.
 *
 * One thing at a time: *running*, then over, with a *report* where something was left undone.
 */
import type { SoundKind, SoundsChange, SoundsChanged } from '#lib/sounds/sound.ts';
import { createStore, type Store } from '../store.ts';
import type { SoundEvent } from './sound-events.ts';

/** Every change but the ids. */
export type Change = Omit<SoundsChange, 'ids'>;

export interface BulkState {
  running:
    | {
        /** `Tagging`, `Deleting`. */
        doing: string;
        done: number;
        of: number;
        /** It was told to stop, and ends with the call that is under way. */
        stopping: boolean;
      }
    | undefined;
  report: BulkReport | undefined;
}

export interface BulkReport {
  /** `Tagged storm`. */
  did: string;
  done: number;
  of: number;
  /** Each with its reason. */
  failed: readonly { id: string; detail: string }[];
  /** Why the rest was not tried; undefined where all were. */
  stopped: string | undefined;
}

export interface BulkOutcome {
  changed: SoundsChanged['changed'];
  report: BulkReport;
}

export interface BulkOptions {
  change: (kind: SoundKind, change: SoundsChange) => Promise<SoundsChanged>;
  tell: (...events: SoundEvent[]) => void;
}

export interface Bulk extends Store<BulkState> {
  /** Undefined where something else is still running. Never rejects: what goes wrong stands in the report. */
  run: (words: BulkWords, kind: SoundKind, ids: readonly string[], change: Change) => Promise<BulkOutcome | undefined>;
  /** Puts back what a run has changed. */
  undo: (kind: SoundKind, outcome: BulkOutcome, change: Change) => Promise<BulkOutcome | undefined>;
  stop: () => void;
  closeReport: () => void;
}

export interface BulkWords {
  doing: string;
  did: string;
}

/** Sounds a call: a few tenths of a second at most. */
const PER_CALL = 100;
const STOPPED = 'Stopped.';

export function createBulk({ change: send, tell }: BulkOptions): Bulk {
  const store = createStore<BulkState>({ running: undefined, report: undefined });

  async function each(
    words: BulkWords,
    kind: SoundKind,
    tasks: readonly SoundsChange[],
  ): Promise<BulkOutcome | undefined> {
    if (store.get().running !== undefined) return undefined;
    const of = tasks.reduce((sum, { ids }) => sum + ids.length, 0);
    const changed: SoundsChanged['changed'] = [];
    const failed: SoundsChanged['failed'] = [];
    let stopped: string | undefined;
    store.set({ running: { doing: words.doing, done: 0, of, stopping: false }, report: undefined });
    for (const task of tasks) {
      if (store.get().running?.stopping === true) {
        stopped = STOPPED;
        break;
      }
      try {
        const answer = await send(kind, task);
        changed.push(...answer.changed);
        failed.push(...answer.failed);
        tell(...eventsOf(kind, task, answer));
      } catch (error) {
        // What keeps one call from being answered, a full disk or a lost connection, keeps the next one, too.
        stopped = error instanceof Error ? error.message : String(error);
        break;
      }
      store.set(now => ({
        ...now,
        running: now.running && { ...now.running, done: changed.length + failed.length },
      }));
    }
    const report = { did: words.did, done: changed.length, of, failed, stopped };
    store.set({
      running: undefined,
      report: failed.length > 0 || (stopped ?? STOPPED) !== STOPPED ? report : undefined,
    });
    return { changed, report };
  }

  return {
    ...store,
    run: (words, kind, ids, change) => each(words, kind, inCalls(ids, change)),
    undo: (kind, { changed }, change) =>
      each({ doing: 'Putting back', did: 'Put back' }, kind, wayBack(changed, change)),
    stop: () => store.set(now => ({ ...now, running: now.running && { ...now.running, stopping: true } })),
    closeReport: () => store.set(now => ({ ...now, report: undefined })),
  };
}

function inCalls(ids: readonly string[], change: Change): SoundsChange[] {
  const calls: SoundsChange[] = [];
  for (let at = 0; at < ids.length; at += PER_CALL) calls.push({ ...change, ids: ids.slice(at, at + PER_CALL) });
  return calls;
}

/** Sounds that need the same to be as they were share a call. */
function wayBack(changed: SoundsChanged['changed'], change: Change): SoundsChange[] {
  const groups = new Map<string, { back: Change; ids: string[] }>();
  for (const { id, before, sound } of changed) {
    const back = change.deleted === true ? { deleted: false } : differenceOf(before, sound);
    if (back === undefined) continue;
    const key = JSON.stringify(back);
    const group = groups.get(key) ?? { back, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ back, ids }) => inCalls(ids, back));
}

type Changed = SoundsChanged['changed'][number];

/** Undefined where nothing was changed: what a sound had already it keeps. */
function differenceOf(before: Changed['before'], after: Changed['sound']): Change | undefined {
  if (after === null) return undefined;
  const added = after.tags.filter(tag => !before.tags.includes(tag));
  const removed = before.tags.filter(tag => !after.tags.includes(tag));
  const back: Change = {
    ...(after.category === before.category ? {} : { category: before.category }),
    ...(added.length === 0 ? {} : { remove_tags: added }),
    ...(removed.length === 0 ? {} : { add_tags: removed }),
  };
  return Object.keys(back).length === 0 ? undefined : back;
}

function eventsOf(kind: SoundKind, { deleted }: SoundsChange, { changed }: SoundsChanged): SoundEvent[] {
  return changed.map(({ id, sound }) => {
    if (sound === null) return { type: 'removed', kind, id };
    return { type: deleted === false ? 'restored' : 'changed', sound };
  });
}
