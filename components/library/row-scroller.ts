/**
 * Follows the pane of a list: where it was left, how fast it passes, how high its rows are. Which rows are drawn says the virtualiser
 * in `sound-rows.tsx`.
 */
import { createStore, type Store } from '../store.ts';
import { topToShow, type View } from './row-window.ts';
import { keepScroll, keptScroll } from './scroll-memory.ts';
import { createScrollPace } from './scroll-pace.ts';

export interface RowScroller {
  /** Pixels, as the style sheet has it; undefined until the page is awake: then the first page stands as the server wrote it. */
  readonly rowHeight: Store<number | undefined>;
  /** The list passes too fast for pictures. */
  readonly hurried: Store<boolean>;
  /** Begins to follow a pane, which has rows in it and a head that sticks to its top. Returns the way out. */
  follow: (pane: HTMLElement) => () => void;
  /** Goes to where the list begins, as soon as it has its whole height. */
  begin: () => void;
  /** Scrolls a row into view. */
  show: (index: number) => void;
  /** Rows that fit into the view. */
  pageSize: () => number;
}

/** Pixels, where there is no row to be measured. */
const USUAL_HEIGHT = 40;

/** @param firstIndex the row to begin at, unless the reader comes back to where he was */
export function createRowScroller(firstIndex: number): RowScroller {
  const rowHeight = createStore<number | undefined>(undefined);
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
    hurried: pace.hurried,
    follow(element) {
      pane = element;
      const measured = heightOfRows(pane);
      beginning ??= keptScroll() ?? firstIndex * measured;
      rowHeight.set(measured);
      // Before the virtualiser draws the rows of the new place: behind that, asking where it is would lay them out at once.
      element.addEventListener('scroll', heedScroll, { passive: true, capture: true });
      const observer = new ResizeObserver(heedSize);
      observer.observe(pane);
      return () => {
        element.removeEventListener('scroll', heedScroll, { capture: true });
        observer.disconnect();
        pace.stop();
      };
    },
    begin() {
      pane!.scrollTop = beginning!;
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
