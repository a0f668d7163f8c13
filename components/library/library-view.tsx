'use client';

import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { CategoryCounts, LengthBucket, Sound, SoundKind, SoundList } from '#lib/sounds/sound.ts';
import { scriptTag } from '#lib/sounds/sound-words.ts';
import { deleteSound, listSounds, restoreSound } from '../api/client.ts';
import { isTyping, useKeys } from '../keys/keys.ts';
import { lazily } from '../lazily.tsx';
import { seekBy, setAutoNext, toggle as togglePlay } from '../player/player-store.ts';
import { useStore } from '../store.ts';
import { showError, showToast } from '../toasts/toast-store.ts';
import { FilterBar } from './filter-bar.tsx';
import {
  addressOf,
  createListStore,
  filtersOf,
  isFiltered,
  NO_FILTERS,
  type ListFilters,
  type SoundListStore,
} from './list-store.ts';
import { keepTrying } from './keep-trying.ts';
import { bulkShown } from './bulk-shown.ts';
import { SelectAllBox } from './select-all-box.tsx';
import { createSelection, type Selected, type Selection } from './selection.ts';
import { onSounds, tellSound } from './sound-events.ts';
import { SoundRows, type RowsHandle } from './sound-rows.tsx';
import { useTouchSelection } from './touch-selection.ts';
import { DropZone } from '../uploads/drop-zone.tsx';
import { UploadButton } from '../uploads/upload-button.tsx';
import './library.css';

const SoundSheet = lazily(() => import('../sheet/sound-sheet.tsx').then(module => module.SoundSheet));
const BulkBar = lazily(() => import('./bulk-bar.tsx').then(module => module.BulkBar));
const LibraryEmpty = lazily(() => import('./library-empty.tsx').then(module => module.LibraryEmpty));

interface Props {
  kind: SoundKind;
  title: string;
  /** What the address of the page holds. */
  filters: ListFilters;
  first: SoundList;
  /** Where in the list the first page stands. */
  firstIndex: number;
  facets: CategoryCounts;
  /** How many of them are how long. */
  lengths: readonly LengthBucket[];
  /** All sounds of the kind. */
  count: number;
  /** What a form before this page did. */
  notice: ReactNode;
  /** What stands below the list where there is no JavaScript. */
  children: ReactNode;
}

/** The library: what is searched for, the rows, and what is done to them by mouse and by keyboard. */
export function LibraryView(props: Props) {
  const { kind, title, filters, first, firstIndex, facets, lengths, count, notice, children } = props;
  const [store] = useState(() => createListStore(kind, filters, first, listSounds, firstIndex));
  const state = useStore(store, value => value);
  const [active, setActive] = useState(-1);
  const [selection] = useState(() => createSelection(kind));
  const { sounds: selected, gathering } = useStore(selection, value => value);
  const bulkIsShown = useStore(bulkShown, value => value);
  const rows = useRef<RowsHandle>(null);
  const search = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const follow = onSounds(events => {
      store.apply(...events);
      selection.follow(events);
    });
    return () => {
      follow();
      selection.get().gathering?.cancel();
    };
  }, [store, selection]);
  useEffect(() => keepTrying(store), [store]);
  useEffect(() => {
    setAutoNext(ended => {
      const all = store.get().rows;
      return all[all.findIndex(row => row?.id === ended.id) + 1];
    });
    return () => setAutoNext(null);
  }, [store]);
  useAddress(store);

  const { opened, open, close } = useOpened(store);
  const activeSound = state.rows[active];
  const move = (to: number, extend = false) => {
    const next = Math.max(0, Math.min(state.length - 1, to));
    if (extend) selection.add([state.rows[active], state.rows[next]]);
    setActive(next);
    rows.current?.show(next);
  };
  const all = () => void selectAllOf(selection, store);
  const removeSelected = () => {
    const [only] = selected.values();
    void (selected.size === 1 ? remove(only!) : removeMany(selection, store));
  };
  const around = useRef<HTMLDivElement>(null);
  useTouchSelection(around, {
    toggle: index => selection.toggle(store.get().rows[index]),
    isSelecting: () => selection.get().sounds.size > 0,
  });

  const page = () => rows.current?.pageSize() ?? 10;
  const list = 'List';
  useKeys({
    ArrowDown: { label: 'Next', group: list, run: () => move(active + 1) },
    ArrowUp: { label: 'Previous', group: list, run: () => move(active - 1) },
    PageDown: { label: 'A page down', group: list, run: () => move(active + page()) },
    PageUp: { label: 'A page up', group: list, run: () => move(active - page()) },
    Home: { label: 'First', group: list, run: () => move(0) },
    End: { label: 'Last', group: list, run: () => move(state.length - 1) },
    'Shift ArrowDown': { label: 'Extend the selection', group: list, run: () => move(active + 1, true) },
    'Shift ArrowUp': { group: list, run: () => move(active - 1, true) },
    Space: { label: 'Play', group: list, run: () => togglePlay(activeSound) },
    ArrowLeft: { label: 'Back 1 s', group: list, run: () => seekBy(-1) },
    ArrowRight: { label: 'On 1 s', group: list, run: () => seekBy(1) },
    X: { label: 'Select', group: list, run: () => selection.toggle(activeSound) },
    'Ctrl A': {
      label: 'Select all that match',
      group: list,
      run: event => {
        // There it selects the text.
        if (isTyping(event) || (event.target as HTMLElement).closest('.sheet') !== null) return false;
        all();
        return true;
      },
    },
    C: { label: 'Copy the tag', group: list, run: () => activeSound !== undefined && copyTags([activeSound]) },
    '/': { label: 'Search', group: list, run: () => search.current?.focus() },
    Delete: {
      label: 'Delete',
      group: list,
      run: () => {
        if (selected.size > 0) removeSelected();
        else if (activeSound !== undefined) void remove(activeSound);
      },
    },
    Enter: {
      label: 'Open',
      group: list,
      run: () => {
        if (activeSound === undefined) return false;
        open(activeSound);
        return true;
      },
    },
    ...(selected.size > 0 ? { Escape: { label: 'Clear the selection', group: list, run: selection.clear } } : {}),
  });

  const filtered = isFiltered(state.filters);
  return (
    <div className="library-and-sheet">
      <div className="library">
        <div className="page-head">
          <h1>{title}</h1>
          <p className="count" role="status" aria-live="polite">
            {countText(state.status, state.total, state.exact, filtered, count)}
          </p>
          <UploadButton kind={kind} />
        </div>
        <DropZone kind={kind} />
        <FilterBar
          kind={kind}
          filters={state.filters}
          facets={facets}
          lengths={lengths}
          searchField={search}
          onChange={filters => {
            setActive(-1);
            window.history.replaceState(null, '', addressOf(kind, filters));
            store.search(filters);
          }}
        />
        {notice}
        {state.status === 'failed' && (
          <div className="notice error" role="alert">
            <span>{state.error}</span>
            <button onClick={() => store.retry()}>Try again</button>
          </div>
        )}
        {state.length === 0 ? (
          <Empty filtered={filtered} onClear={() => store.search(NO_FILTERS)} kind={kind} />
        ) : (
          <div ref={around} className="rows-around">
            <SoundRows
              key={`${kind} ${state.epoch}`}
              handle={rows}
              store={store}
              state={state}
              firstIndex={state.epoch === 0 ? firstIndex : 0}
              active={active}
              selected={selected}
              selectAll={<SelectAllBox selection={selection} total={state.total} onAll={all} />}
              onActive={setActive}
              onToggle={selection.toggle}
              onOpen={open}
            />
          </div>
        )}
        {(selected.size > 0 || gathering !== undefined || bulkIsShown) && (
          <BulkBar
            kind={kind}
            selection={selection}
            facets={facets}
            total={state.total}
            exact={state.exact}
            onAll={all}
            onCopy={copyTags}
            onDelete={removeSelected}
          />
        )}
        {children}
      </div>
      {opened !== undefined && (
        <SoundSheet
          key={opened}
          kind={kind}
          id={opened}
          initial={state.rows.find(row => row?.id === opened)}
          categories={facets.categories.map(({ name }) => name)}
          onClose={close}
          onDelete={sound => {
            close();
            void remove(sound);
          }}
        />
      )}
    </div>
  );
}

function Empty({ filtered, kind, onClear }: { filtered: boolean; kind: SoundKind; onClear: () => void }) {
  if (!filtered) return <LibraryEmpty kind={kind} />;
  return (
    <div className="empty">
      <p>Nothing matches.</p>
      <button
        onClick={() => {
          window.history.replaceState(null, '', addressOf(kind, NO_FILTERS));
          onClear();
        }}
      >
        Show all
      </button>
    </div>
  );
}

function countText(status: string, total: number, exact: boolean, filtered: boolean, count: number): string {
  if (status === 'searching') return 'Searching';
  const number = total.toLocaleString('en');
  return filtered ? `${number}${exact ? '' : ' or more'} of ${count.toLocaleString('en')}` : number;
}

/** The sound whose sheet is open is in the address, so that back closes it and a link opens it. */
function useOpened(store: SoundListStore) {
  const [opened, setOpened] = useState<string | undefined>();
  useEffect(() => {
    const follow = () => setOpened(new URLSearchParams(window.location.search).get('open') ?? undefined);
    follow();
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const open = useCallback(
    (sound: Sound) => {
      setOpened(sound.id);
      const address = addressOf(store.kind, store.get().filters);
      window.history.pushState(null, '', `${address}${address.includes('?') ? '&' : '?'}open=${sound.id}`);
    },
    [store],
  );
  const close = useCallback(() => {
    setOpened(undefined);
    window.history.replaceState(null, '', addressOf(store.kind, store.get().filters));
  }, [store]);
  return { opened, open, close };
}

/** Back and forward bring the filters of that address. */
function useAddress(store: SoundListStore): void {
  useEffect(() => {
    const onPop = () => {
      const filters = filtersOf(new URLSearchParams(window.location.search));
      if (JSON.stringify(filters) !== JSON.stringify(store.get().filters)) store.search(filters);
    };
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, [store]);
}

async function selectAllOf(selection: Selection, store: SoundListStore): Promise<void> {
  try {
    const { selectAll } = await import('./select-all.ts');
    await selectAll(selection, store.kind, store.get(), listSounds);
  } catch (error) {
    showError(error);
  }
}

async function remove({ kind, id }: Pick<Sound, 'kind' | 'id'>): Promise<void> {
  try {
    await deleteSound(kind, id);
    tellSound({ type: 'removed', kind, id });
    showToast({
      tone: 'done',
      text: `Deleted ${id}, kept 30 days`,
      action: { label: 'Undo', run: () => restore(kind, id) },
    });
  } catch (error) {
    showError(error);
  }
}

async function removeMany(selection: Selection, store: SoundListStore): Promise<void> {
  try {
    const { deleteSelected } = await import('./bulk-actions.ts');
    const held = new Set(store.get().rows.map(row => row?.id));
    const outcome = await deleteSelected(selection, store.kind);
    // Where those were that the list did not hold it cannot know.
    if (outcome?.changed.some(({ id }) => !held.has(id)) === true) store.search(store.get().filters);
  } catch (error) {
    showError(error);
  }
}

function copyTags(sounds: readonly Pick<Selected, 'kind' | 'id'>[]): void {
  const text = sounds.map(scriptTag).join('\n');
  navigator.clipboard.writeText(text).then(
    () => showToast({ tone: 'done', text: sounds.length === 1 ? `Copied ${text}` : `Copied ${sounds.length} tags` }),
    () => showToast({ tone: 'error', text: `The browser did not allow copying. The tag is ${text}` }),
  );
}

async function restore(kind: SoundKind, id: string): Promise<void> {
  try {
    tellSound({ type: 'restored', sound: (await restoreSound(kind, id)).value });
    showToast({ tone: 'done', text: `${id} is back` });
  } catch (error) {
    showError(error);
  }
}
