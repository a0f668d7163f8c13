/**
 * Follows the pane of a list: where it was left, how fast it passes, how high its rows are. Which rows are drawn says the virtualiser
 * in `sound-rows.tsx`.
 */
import { createStore, type Store } from '../store.ts';
import { topToShow, type View } from './row-window.ts';
import { keepScroll, keptScroll } from './scroll-memory.ts';
import { createScrollPace } from './scroll-pace.ts';

/** Rows `from` up to, without, `to`. */
export interface RowRange {
  from: number;
  to: number;
}

export interface RowScroller {
  /** Pixels, as the style sheet has it; undefined until the page is awake: then the first page stands as the server wrote it. */
  readonly rowHeight: Store<number | undefined>;
  /** Somebody may want to scroll, or the list begins below its top: more than its first page is needed. */
  readonly turnedTo: Store<boolean>;
  /** Rows to be drawn; undefined while the first page stands. */
  readonly range: Store<RowRange | undefined>;
  draw: (from: number, to: number) => void;
  /** The list passes too fast for pictures. */
  readonly hurried: Store<boolean>;
  /** Begins to follow a pane, which has rows in it and a head that sticks to its top. Returns the way out. */
  follow: (pane: HTMLElement) => () => void;
  /** Goes to where the list begins, once, as soon as it has its whole height. */
  begin: () => void;
  /** Scrolls a row into view. */
  show: (index: number) => void;
  /** Rows that fit into the view. */
  pageSize: () => number;
}

/** What a reader does before he scrolls, or as he begins to. */
const SIGNS = ['pointerenter', 'touchstart', 'wheel', 'focusin', 'scroll'] as const;

/** Pixels, where there is no row to be measured. */
const USUAL_HEIGHT = 40;

/** @param firstIndex the row to begin at, unless the reader comes back to where he was */
export function createRowScroller(firstIndex: number): RowScroller {
  const rowHeight = createStore<number | undefined>(undefined);
  const turnedTo = createStore(false);
  const range = createStore<RowRange | undefined>(undefined);
  const turn = () => turnedTo.set(true);
  const pace = createScrollPace(after);
  let pane: HTMLElement | undefined;
  let beginning: number | undefined;

  const height = () => rowHeight.get() ?? USUAL_HEIGHT;

  function heedScroll({ timeStamp }: Event): void {
    const { scrollTop, clientHeight } = pane!;
    keepScroll(scrollTop);
    pace.moved(scrollTop, clientHeight, timeStamp);
  }

  /** Another width, pointer or size of text may have made the rows higher or lower: the first one in view stays. */
  function heedSize(): void {
    const before = height();
    const now = heightOfRows(pane!);
    if (now === before) return;
    const top = (pane!.scrollTop / before) * now;
    rowHeight.set(now);
    pane!.scrollTop = top;
  }

  return {
    rowHeight,
    turnedTo,
    range,
    draw: (from, to) => range.set(now => (now?.from === from && now.to === to ? now : { from, to })),
    hurried: pace.hurried,
    follow(element) {
      pane = element;
      const measured = heightOfRows(pane);
      beginning ??= keptScroll() ?? firstIndex * measured;
      rowHeight.set(measured);
      if (beginning > 0) turn();
      for (const sign of SIGNS) element.addEventListener(sign, turn, { passive: true });
      // Before the virtualiser draws the rows of the new place: behind that, asking where it is would lay them out at once.
      element.addEventListener('scroll', heedScroll, { passive: true, capture: true });
      const observer = new ResizeObserver(heedSize);
      observer.observe(pane);
      return () => {
        element.removeEventListener('scroll', heedScroll, { capture: true });
        for (const sign of SIGNS) element.removeEventListener(sign, turn);
        observer.disconnect();
        pace.stop();
      };
    },
    begin() {
      // Who has begun to scroll meanwhile stays where he is.
      if (beginning !== undefined && beginning > 0) pane!.scrollTop = beginning;
      beginning = 0;
    },
    show(index) {
      pane!.scrollTop = topToShow(index, viewOf(pane!), height());
    },
    pageSize: () => Math.max(1, Math.floor(viewOf(pane!).height / height()) - 1),
  };
}

/** The head lies before the rows and stays on top of them, so the first row in view is as far down as the pane is scrolled. */
function viewOf(pane: HTMLElement): View {
  const head = pane.querySelector<HTMLElement>('.row-head')!;
  return { top: pane.scrollTop, height: pane.clientHeight - head.offsetHeight };
}

function heightOfRows(pane: HTMLElement): number {
  return pane.querySelector('[data-index]')?.getBoundingClientRect().height ?? USUAL_HEIGHT;
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
