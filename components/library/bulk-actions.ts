/** What the page does with the selection: the one {@link bulk} of this tab, its words, and the way back. Loaded when needed. */
import type { SoundKind } from '#lib/sounds/sound.ts';
import { changeSounds } from '../api/client.ts';
import { showToast } from '../toasts/toast-store.ts';
import { createBulk, type BulkOutcome, type BulkReport, type BulkWords, type Change } from './bulk.ts';
import type { Selection } from './selection.ts';
import { bulkShown } from './bulk-shown.ts';
import { tellSound } from './sound-events.ts';

export const bulk = createBulk({ change: changeSounds, tell: tellSound });
bulk.subscribe(() => {
  const { running, report } = bulk.get();
  bulkShown.set(running !== undefined || report !== undefined);
});

/** What is deleted leaves the selection by itself. */
export function deleteSelected(selection: Selection, kind: SoundKind): Promise<BulkOutcome | undefined> {
  return changeSelected(selection, kind, { doing: 'Deleting', did: 'Deleted' }, { deleted: true });
}

/** Those that could not be changed stay selected; so do the others, unless they are gone. */
export async function changeSelected(
  selection: Selection,
  kind: SoundKind,
  words: BulkWords,
  change: Change,
): Promise<BulkOutcome | undefined> {
  const chosen = [...selection.get().sounds.values()];
  const outcome = await bulk.run(
    words,
    kind,
    chosen.map(({ id }) => id),
    change,
  );
  if (outcome === undefined) return undefined;
  const { report, changed } = outcome;
  if (report.failed.length > 0) {
    const failed = new Set(report.failed.map(({ id }) => id));
    selection.replace(chosen.filter(({ id }) => failed.has(id)));
  }
  if (changed.length > 0) {
    showToast({
      tone: 'done',
      text: change.deleted === true ? deletedInWords(report) : inWords(report),
      action: { label: 'Undo', run: () => putBack(kind, outcome, change) },
    });
  }
  return outcome;
}

/** `Tagged storm for 3 sounds`; `Tagged storm for 1,200 of 5,000 sounds` where it was stopped or met failures. */
function inWords({ did, done, of }: BulkReport): string {
  return `${did} for ${share(done, of)}`;
}

function deletedInWords({ done, of }: BulkReport): string {
  return `Deleted ${share(done, of)}, kept 30 days`;
}

function share(done: number, of: number): string {
  const number = (count: number) => count.toLocaleString('en');
  return `${done === of ? '' : `${number(done)} of `}${number(of)} ${of === 1 ? 'sound' : 'sounds'}`;
}

async function putBack(kind: SoundKind, outcome: BulkOutcome, change: Change): Promise<void> {
  const back = await bulk.undo(kind, outcome, change);
  if (back === undefined) {
    showToast({ tone: 'error', text: 'Something else is still running. Undo it when that is over.' });
    return;
  }
  const { done, of } = back.report;
  const number = done.toLocaleString('en');
  const sounds = done === 1 ? 'sound is' : 'sounds are';
  showToast({
    tone: 'done',
    text: `${number}${done === of ? '' : ` of ${of.toLocaleString('en')}`} ${sounds} ${change.deleted === true ? 'back' : 'as before'}`,
  });
}
