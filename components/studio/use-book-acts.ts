import type { Render, RenderOutput } from '#lib/renders/render.ts';
import { getPreviewTimeline, getRenderTimeline, previewAddress, restoreBook } from '../api/books.ts';
import { showError, showToast } from '../toasts/toast-store.ts';
import { tellBook } from './book-events.ts';
import { followPassage } from './follow-passage.ts';
import { wantedBook } from './book-store.ts';
import { toWish, wishedRender } from './render-wishes.ts';
import type { OpenBook } from './use-book.ts';

/** Seconds of a preview. */
const PREVIEW = 30;

interface Options {
  /** In the script now. */
  errors: number;
  chapters: number;
  /** A render goes on. */
  running: boolean;
  toProblem: () => void;
  showRenders: () => void;
}

export interface BookActs {
  /** Renders the book as it is written, or goes to what bars the way. */
  render: () => void;
  /** Plays the book from a place in the script on. */
  preview: (offset: number) => void;
  play: (render: Render, output: RenderOutput) => void;
  removeFromCast: (name: string) => void;
  /** After it was deleted elsewhere. */
  restore: () => void;
}

/** What is done with a book as a whole. */
export function useBookActs(open: OpenBook, { errors, chapters, running, toProblem, showRenders }: Options): BookActs {
  const { store, renders, player, check } = open;
  /** Only what is saved can be rendered and previewed. */
  const isSaved = async () => {
    if (await store.save()) return true;
    showToast({ tone: 'error', text: 'The book could not be saved; see the line at the top.' });
    return false;
  };

  async function startRender(): Promise<void> {
    if (running || renders.state.get().isStarting || !(await isSaved())) return;
    try {
      await renders.start(toWish(wishedRender.get(), chapters));
      showRenders();
    } catch (error) {
      showError(error);
      check.again();
    }
  }

  async function startPreview(offset: number): Promise<void> {
    if (!(await isSaved())) return;
    const { id } = store.state.get().book;
    try {
      const passage = { offset, length: PREVIEW };
      const timeline = await getPreviewTimeline(id, passage);
      const [unit] = timeline.units;
      const url = previewAddress(id, passage);
      const title = unit === undefined ? 'preview' : `preview from line ${unit.line}`;
      player.play({ key: url, title, url, from: 0, length: timeline.length, timeline });
      followPassage(player, url, () => getPreviewTimeline(id, passage));
    } catch (error) {
      showError(error);
      check.again();
    }
  }

  return {
    render: () => (errors > 0 ? toProblem() : void startRender()),
    preview: offset => (errors > 0 ? toProblem() : void startPreview(offset)),
    play({ id, wish }, { name, url, length, chapter }) {
      const key = `${id}/${name}`;
      player.play({ key, title: name, url, from: 0, length, timeline: undefined });
      // A part has a time of its own, which the timeline of the book is not.
      if (chapter !== null || wish.range !== undefined) return;
      getRenderTimeline(id).then(
        timeline => player.know(key, timeline),
        // It is heard without it, too.
        () => undefined,
      );
    },
    restore() {
      const { id } = store.state.get().book;
      restoreBook(id).then(() => {
        tellBook({ type: 'restored', id });
        store.heard();
      }, showError);
    },
    removeFromCast(name) {
      const { [name]: voice, ...rest } = wantedBook(store.state.get()).cast;
      if (voice === undefined) return;
      const put = (cast: Record<string, string>) => {
        store.edit('cast', cast);
        store.flush();
      };
      put(rest);
      showToast({
        tone: 'done',
        text: `Removed ${name} from the cast`,
        action: { label: 'Undo', run: () => put({ ...wantedBook(store.state.get()).cast, [name]: voice }) },
      });
    },
  };
}
