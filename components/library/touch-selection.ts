/**
 * Selecting by touch: a long press on a row selects it, and while something is selected a tap selects or lets go.
 *
 * It listens on an element around the rows, so that a row has no listener of its own. A finger that moves scrolls, as ever; a
 * mouse has its context menu and its selection of text, as ever.
 */
import { useEffect, useRef, type RefObject } from 'react';

/** Shorter than the browser's own, whose menu would come in between. */
const LONG_PRESS_MS = 450;
/** Pixels that a finger trembles. */
const SLACK = 10;

interface Options {
  /** Selects the row, or lets it go. */
  toggle: (index: number) => void;
  isSelecting: () => boolean;
}

export function useTouchSelection(pane: RefObject<HTMLElement | null>, options: Options): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const element = pane.current;
    if (element === null) return undefined;
    return followTouch(element, {
      toggle: index => latest.current.toggle(index),
      isSelecting: () => latest.current.isSelecting(),
    });
  }, [pane]);
}

/** Returns the way out. */
export function followTouch(element: HTMLElement, { toggle, isSelecting }: Options): () => void {
  let press: { index: number; x: number; y: number; timer: ReturnType<typeof setTimeout> } | undefined;
  /** The finger is still down, or just up, after a long press. */
  let held = false;
  let byTouch = false;

  const end = () => {
    clearTimeout(press?.timer);
    press = undefined;
  };
  const select = () => {
    if (press === undefined) return;
    const { index } = press;
    end();
    held = true;
    // Where there is no motor, or none that a page may use, nothing happens.
    navigator.vibrate?.(10);
    toggle(index);
  };
  const onDown = (event: PointerEvent) => {
    end();
    held = false;
    byTouch = event.pointerType === 'touch';
    const index = rowOf(event.target);
    // A second finger zooms.
    if (!byTouch || !event.isPrimary || index === undefined || isControl(event.target)) return;
    press = { index, x: event.clientX, y: event.clientY, timer: setTimeout(select, LONG_PRESS_MS) };
  };
  const onMove = (event: PointerEvent) => {
    if (press !== undefined && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK) end();
  };
  const onMenu = (event: Event) => {
    if (press === undefined && !held) return;
    // The browser's long press, for a link or a word: it is meant for the row.
    event.preventDefault();
    select();
  };
  const onClick = (event: MouseEvent) => {
    const index = rowOf(event.target);
    const tap = byTouch && !held && isSelecting() && index !== undefined && !isControl(event.target);
    if (!held && !tap) return;
    event.preventDefault();
    event.stopPropagation();
    held = false;
    if (tap) toggle(index);
  };
  const keepText = (event: Event) => {
    if (press !== undefined || held) event.preventDefault();
  };

  const listeners = {
    pointerdown: onDown,
    pointermove: onMove,
    pointerup: end,
    pointercancel: end,
    contextmenu: onMenu,
    click: onClick,
    selectstart: keepText,
  } as const;
  for (const [type, listener] of Object.entries(listeners)) {
    element.addEventListener(type, listener as EventListener, { capture: true });
  }
  return () => {
    end();
    for (const [type, listener] of Object.entries(listeners)) {
      element.removeEventListener(type, listener as EventListener, { capture: true });
    }
  };
}

function rowOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row === null ? undefined : Number(row.dataset['index']);
}

/** What is pressed for itself also while rows are selected: one listens before one chooses. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.cell-play, .cell-check') !== null;
}
