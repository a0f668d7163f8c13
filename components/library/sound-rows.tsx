'use client';

import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { lazily } from '../lazily.tsx';
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

/** Rows that are cheap to have all of. */
const FIRST_PAGE = 50;

/** Rows fetched beyond those that are drawn. */
const AHEAD = 200;

const VirtualRange = lazily(() => import('./virtual-range.tsx').then(module => module.VirtualRange));

/**
 * The rows of a list of any length. The first page stands as the server wrote it, and is all there is without JavaScript. What draws
 * the rows in view of a longer list is loaded when somebody turns to it.
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
  const turnedTo = useStore(scroller.turnedTo, now => now);
  useLayoutEffect(() => scroller.follow(pane.current!), [scroller]);
  const range = useStore(scroller.range, now => now);
  const live = range !== undefined && rowHeight !== undefined;
  useLayoutEffect(() => {
    if (live) scroller.begin();
  }, [live, scroller]);
  // A list that stands as a whole needs nothing more.
  const whole = state.length <= FIRST_PAGE && state.rows.length === state.length;

  const from = Math.min(state.length, range?.from ?? 0);
  const to = Math.min(state.length, range?.to ?? 0);
  useEffect(() => {
    if (live) store.want(Math.max(0, from - AHEAD), to + AHEAD);
  }, [live, from, to, store, state.length]);
  const indexes = live ? Array.from({ length: to - from }, (_, i) => from + i) : standing(state);
  const missing = live && state.stuck !== undefined ? indexes.filter(index => state.rows[index] === undefined) : [];
  const [firstMissing, lastMissing] = [missing[0], missing.at(-1)];

  useImperativeHandle(handle, () => ({
    show(index) {
      scroller.show(index);
      const row = () => pane.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
      // The row may have to be drawn first, which the virtualiser does with the frame that shows its place.
      if (row() !== null) row()?.focus({ preventScroll: true });
      else requestAnimationFrame(() => requestAnimationFrame(() => row()?.focus({ preventScroll: true })));
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
      {(live || (turnedTo && !whole)) && rowHeight !== undefined && (
        <VirtualRange pane={pane} count={state.length} rowHeight={rowHeight} onRange={scroller.draw} />
      )}
      <div
        className={live ? 'rows-all' : undefined}
        role="presentation"
        style={live ? { height: state.length * rowHeight } : undefined}
      >
        {indexes.map(index => row(index, live ? index * rowHeight : undefined))}
        {live && firstMissing !== undefined && (
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
    </div>
  );
}

/** Rows of the first page, or of the one at which the list begins. */
function standing({ rows }: ListState): number[] {
  return [...rows.keys()].filter(index => rows[index] !== undefined).slice(0, FIRST_PAGE);
}
