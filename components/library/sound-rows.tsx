'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { usePlayer } from '../player/player-store.ts';
import { useStore } from '../store.ts';
import type { ListState, SoundListStore } from './list-store.ts';
import { MissingRows } from './missing-rows.tsx';
import { createRowScroller } from './row-scroller.ts';
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

/** Rows drawn beyond the view on either side: what a wheel turns before the next frame, and what Tab and a reader go on to. */
const OVERSCAN = 12;
/** Rows fetched beyond those that are drawn. */
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
  const [scroller] = useState(() => createRowScroller(firstIndex));
  const rowHeight = useStore(scroller.rowHeight, now => now);
  const hurried = useStore(scroller.hurried, now => now);
  const live = rowHeight !== undefined;
  useLayoutEffect(() => scroller.follow(pane.current!), [scroller]);
  const virtualizer = useVirtualizer({
    count: state.length,
    getScrollElement: () => pane.current,
    estimateSize: () => rowHeight ?? 0,
    overscan: OVERSCAN,
    enabled: live,
  });
  useLayoutEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  useLayoutEffect(() => {
    if (live) scroller.begin();
  }, [live, scroller]);

  const indexes = live ? virtualizer.getVirtualIndexes() : [];
  const from = indexes[0] ?? 0;
  const to = (indexes.at(-1) ?? -1) + 1;
  const missing = state.stuck === undefined ? [] : indexes.filter(index => state.rows[index] === undefined);
  const [firstMissing, lastMissing] = [missing[0], missing.at(-1)];
  useEffect(() => {
    if (live) store.want(Math.max(0, from - AHEAD), to + AHEAD);
  }, [live, from, to, store, state.length]);

  useImperativeHandle(handle, () => ({
    show(index) {
      scroller.show(index);
      const focus = () =>
        pane.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
      // The row may have to be drawn first, which the virtualiser does with the frame that shows its place.
      if (virtualizer.getVirtualIndexes().includes(index)) focus();
      else requestAnimationFrame(() => requestAnimationFrame(focus));
    },
    pageSize: scroller.pageSize,
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
        <div className="rows-all" role="presentation" style={{ height: state.length * rowHeight }}>
          {indexes.map(index => row(index, index * rowHeight))}
          {firstMissing !== undefined && (
            <MissingRows
              store={store}
              why={state.stuck!}
              first={firstMissing}
              last={lastMissing!}
              top={firstMissing * rowHeight}
              height={(lastMissing! - firstMissing + 1) * rowHeight}
            />
          )}
        </div>
      ) : (
        state.rows.map((_, index) => row(index))
      )}
    </div>
  );
}
