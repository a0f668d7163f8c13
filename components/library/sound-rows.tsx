'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { usePlayer } from '../player/player-store.ts';
import { useStore } from '../store.ts';
import type { ListState, SoundListStore } from './list-store.ts';
import { keptScroll, keepScroll } from './scroll-memory.ts';
import { MissingRows } from './missing-rows.tsx';
import { createScrollPace } from './scroll-pace.ts';
import { SoundRow, type Heard } from './sound-row.tsx';

export interface RowsHandle {
  /** Brings a row into view and gives it the focus. */
  show(index: number): void;
  /** Rows that fit into the view. */
  pageSize(): number;
}

interface Props {
  handle: Ref<RowsHandle>;
  store: SoundListStore;
  state: ListState;
  /** The row to begin at. */
  firstIndex: number;
  active: number;
  /** Ids of what is selected. */
  selected: { has: (id: string) => boolean };
  /** The box in the head of the list. */
  selectAll: ReactNode;
  onActive: (index: number) => void;
  onToggle: (sound: Sound) => void;
  onOpen: (sound: Sound) => void;
}

const ROW = 40;
const NARROW_ROW = 76;
/** Rows drawn beyond the view, and rows fetched beyond it. */
const OVERSCAN = 12;
const AHEAD = 200;

/**
 * The rows in view of a list of any length. On the server, and where there is no JavaScript, the first page stands as it is.
 */
export function SoundRows({
  handle,
  store,
  state,
  firstIndex,
  active,
  selected,
  selectAll,
  onActive,
  onToggle,
  onOpen,
}: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const [rowHeight, setRowHeight] = useState(ROW);
  const [live, setLive] = useState(false);
  const virtualizer = useVirtualizer({
    count: state.length,
    getScrollElement: () => pane.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    enabled: live,
  });

  useLayoutEffect(() => {
    const narrow = window.matchMedia('(max-width: 640px)');
    const measure = () => setRowHeight(narrow.matches ? NARROW_ROW : ROW);
    measure();
    setLive(true);
    narrow.addEventListener('change', measure);
    return () => narrow.removeEventListener('change', measure);
  }, []);
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);

  // Where the reader was, when he comes back or loads the page again.
  useLayoutEffect(() => {
    if (live) virtualizer.scrollToOffset(keptScroll() ?? firstIndex * rowHeight);
  }, [live, virtualizer, firstIndex, rowHeight]);
  const [pace] = useState(() => createScrollPace(after));
  const hurried = useStore(pace.hurried, now => now);
  useEffect(() => {
    const element = pane.current;
    if (!live || element === null) return undefined;
    const heed = ({ timeStamp }: Event) => {
      const { scrollTop } = element;
      keepScroll(scrollTop);
      pace.moved(scrollTop, element.clientHeight, timeStamp);
    };
    // Before the rows are drawn for the new place: behind that, asking where it is would lay them out at once.
    element.addEventListener('scroll', heed, { passive: true, capture: true });
    return () => {
      element.removeEventListener('scroll', heed, { capture: true });
      pace.stop();
    };
  }, [live, pace]);

  const items = live ? virtualizer.getVirtualItems() : [];
  const missing = state.stuck === undefined ? [] : items.filter(({ index }) => state.rows[index] === undefined);
  const [firstMissing, lastMissing] = [missing[0], missing.at(-1)];
  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? 0) + 1;
  useEffect(() => {
    if (live) store.want(Math.max(0, from - AHEAD), to + AHEAD);
  }, [live, from, to, store, state.length]);

  useImperativeHandle(handle, () => ({
    show(index) {
      virtualizer.scrollToIndex(index);
      // The row may have to be drawn first.
      requestAnimationFrame(() => rowElement(pane.current, index)?.focus({ preventScroll: true }));
    },
    pageSize: () => Math.max(1, Math.floor((pane.current?.clientHeight ?? 400) / rowHeight) - 1),
  }));

  // Asked once for all rows: while something plays the player changes sixty times a second.
  const loaded = usePlayer(({ sound }) => (sound?.kind === store.kind ? sound.id : undefined));
  const playing = usePlayer(player => player.playing);
  const heard = (sound: Sound | undefined): Heard =>
    sound === undefined || sound.id !== loaded ? undefined : playing ? 'playing' : 'paused';
  const row = (index: number, top?: number) => {
    const sound = state.rows[index];
    return (
      <SoundRow
        key={index}
        sound={sound}
        index={index}
        top={top}
        active={index === active}
        // One row can be reached by Tab; the arrows go on from there.
        reachable={index === Math.max(0, active)}
        selected={sound !== undefined && selected.has(sound.id)}
        heard={heard(sound)}
        hurried={hurried}
        onActive={onActive}
        onToggle={onToggle}
        onOpen={onOpen}
      />
    );
  };
  return (
    <div
      ref={pane}
      className={`rows ${state.status === 'searching' ? 'searching' : ''}`}
      role="grid"
      aria-label="Sounds"
      aria-multiselectable="true"
      aria-rowcount={state.exact ? state.length + 1 : -1}
      aria-busy={state.status === 'searching'}
    >
      <div className="row row-head" role="row" aria-rowindex={1}>
        <span role="columnheader" className="cell-check">
          {selectAll}
        </span>
        <span role="columnheader" className="cell-play">
          <span className="hidden-words">Play</span>
        </span>
        <span role="columnheader">Name and id</span>
        <span role="columnheader" className="cell-wave">
          Waveform
        </span>
        <span role="columnheader" className="cell-category">
          Category
        </span>
        <span role="columnheader" className="cell-tags">
          Tags
        </span>
        <span role="columnheader" className="number">
          Length
        </span>
        <span role="columnheader" className="cell-level number">
          LUFS
        </span>
      </div>
      {live ? (
        <div className="rows-all" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(item => row(item.index, item.start))}
          {firstMissing !== undefined && (
            <MissingRows
              store={store}
              why={state.stuck!}
              first={firstMissing.index}
              last={lastMissing!.index}
              top={firstMissing.start}
              height={lastMissing!.end - firstMissing.start}
            />
          )}
        </div>
      ) : (
        state.rows.map((_, index) => row(index))
      )}
    </div>
  );
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function rowElement(pane: HTMLElement | null, index: number): HTMLElement | null {
  return pane?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
}
