/** Selects everything that a list shows, the part that the browser does not hold included. Loaded when it is asked for. */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { parametersOf, type FetchList, type ListState } from './list-store.ts';
import { MOST_SELECTED, type Selection, type Selected } from './selection.ts';

/** Sounds asked for at once: as many as the server gives. */
const PAGE = 200;

/**
 * Resolves when all are selected, or the first {@link MOST_SELECTED}, or it was called off: then nothing has changed.
 *
 * @throws what `fetchList` does; the selection stays what it was
 */
export async function selectAll(
  selection: Selection,
  kind: SoundKind,
  list: Pick<ListState, 'filters' | 'rows' | 'total' | 'exact'>,
  fetchList: FetchList,
): Promise<void> {
  selection.get().gathering?.cancel();
  if (list.exact && list.total <= MOST_SELECTED && holdsAll(list)) {
    selection.replace(list.rows.map(sound => selectedOf(sound!)));
    return;
  }
  const abort = new AbortController();
  const cancel = () => abort.abort();
  const found = new Map<string, Selected>();
  const tell = (of: number, exact: boolean) =>
    selection.set(now => ({
      ...now,
      gathering: { found: found.size, of: Math.min(MOST_SELECTED, Math.max(of, found.size)), exact, cancel },
    }));
  tell(list.total, list.exact);
  try {
    const parameters = { ...parametersOf(list.filters), limit: String(PAGE) };
    let cursor: string | null = null;
    do {
      const page = await fetchList(kind, cursor === null ? parameters : { ...parameters, cursor }, abort.signal);
      if (abort.signal.aborted) return;
      // What came to the front meanwhile may push one over the edge of a page, and it comes twice.
      for (const sound of page.items) if (found.size < MOST_SELECTED) found.set(sound.id, selectedOf(sound));
      tell(page.total, page.total_exact);
      cursor = page.next_cursor;
    } while (cursor !== null && found.size < MOST_SELECTED);
    selection.replace([...found.values()], cursor !== null);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    // Unless another one has begun.
    selection.set(now => (now.gathering?.cancel === cancel ? { ...now, gathering: undefined } : now));
  }
}

function holdsAll({ rows, total }: Pick<ListState, 'rows' | 'total'>): boolean {
  if (rows.length !== total) return false;
  // Holes are passed over by `every`.
  for (let i = 0; i < total; i += 1) if (rows[i] === undefined) return false;
  return true;
}

/** The rest of a sound need not be kept ten thousand times. */
function selectedOf({ kind, id, length }: Sound): Selected {
  return { kind, id, length };
}
