/** Follows the pane of a list and says which rows are to be drawn; `sound-rows.tsx` is its React side. */
import { createStore, type Store } from '../store.ts';
import { rowsAround, topToShow, type RowRange, type View } from './row-window.ts';
import { keepScroll, keptScroll } from './scroll-memory.ts';
import { createScrollPace } from './scroll-pace.ts';

export interface RowsDrawn {
  /** Undefined until the page is awake: then the first page of the list stands as the server wrote it. */
  range: RowRange | undefined;
  /** Pixels, as the style sheet has it. */
  rowHeight: number;
}

export interface RowScroller {
  readonly drawn: Store<RowsDrawn>;
  /** The list passes too fast for pictures. */
  readonly hurried: Store<boolean>;
  /** Begins to follow a pane, which has rows in it and a head that sticks to its top. Returns the way out. */
  follow: (pane: HTMLElement) => () => void;
  /** Goes to where the list begins, as soon as it has its whole height. */
  begin: () => void;
  /** Scrolls a row into view; it is drawn when this returns. */
  show: (index: number) => void;
  /** Rows that fit into the view. */
  pageSize: () => number;
}

/** Pixels, where there is no row to be measured. */
const USUAL_HEIGHT = 40;

/**
 * @param firstIndex the row to begin at, unless the reader comes back to where he was
 * @param drawNow has what changes within it drawn before it returns, as `flushSync` does
 */
export function createRowScroller(firstIndex: number, drawNow: (change: () => void) => void): RowScroller {
  const drawn = createStore<RowsDrawn>({ range: undefined, rowHeight: USUAL_HEIGHT });
  const pace = createScrollPace(after);
  let pane: HTMLElement | undefined;
  let beginning: number | undefined;

  function look(top = pane!.scrollTop, rowHeight = drawn.get().rowHeight): void {
    const next = rowsAround({ top, height: viewOf(pane!).height }, rowHeight);
    drawn.set(now =>
      now.rowHeight === rowHeight && now.range?.from === next.from && now.range.to === next.to
        ? now
        : { range: next, rowHeight },
    );
  }

  function heedScroll({ timeStamp }: Event): void {
    const { scrollTop, clientHeight } = pane!;
    keepScroll(scrollTop);
    // Within the event, so that the rows are there in the frame that shows their place.
    drawNow(() => {
      pace.moved(scrollTop, clientHeight, timeStamp);
      look(scrollTop);
    });
  }

  /** Another width, pointer or size of text may have made the rows higher or lower: the first one in view stays. */
  function heedSize(): void {
    const before = drawn.get().rowHeight;
    const rowHeight = heightOfRows(pane!);
    const top = (pane!.scrollTop / before) * rowHeight;
    drawNow(() => look(top, rowHeight));
    if (rowHeight !== before) pane!.scrollTop = top;
  }

  return {
    drawn,
    hurried: pace.hurried,
    follow(element) {
      pane = element;
      const rowHeight = heightOfRows(pane);
      beginning ??= keptScroll() ?? firstIndex * rowHeight;
      look(beginning, rowHeight);
      pane.addEventListener('scroll', heedScroll, { passive: true });
      const observer = new ResizeObserver(heedSize);
      observer.observe(pane);
      return () => {
        element.removeEventListener('scroll', heedScroll);
        observer.disconnect();
        pace.stop();
      };
    },
    begin() {
      pane!.scrollTop = beginning!;
      // The list may have become shorter than it was.
      look();
    },
    show(index) {
      pane!.scrollTop = topToShow(index, viewOf(pane!), drawn.get().rowHeight);
      drawNow(look);
    },
    pageSize: () => Math.max(1, Math.floor(viewOf(pane!).height / drawn.get().rowHeight) - 1),
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
