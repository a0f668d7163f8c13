/** What a page of a book is made of, put together once. */
import { useEffect, useMemo, useState } from 'react';
import type { Audiobook } from '#lib/audiobooks/audiobook.ts';
import type { Render } from '#lib/renders/render.ts';
import type { Voice } from '#lib/voices/voices.ts';
import {
  checkScript,
  createRender,
  deleteRender,
  deleteRenderAtLast,
  followRender,
  listRenders,
  listVoices,
  pauseRender,
  resumeRender,
} from '../api/books.ts';
import type { Versioned } from '../api/client.ts';
import { clock, connection } from '../connection/connection.ts';
import { onSounds } from '../library/sound-events.ts';
import { whyNot } from '../player/player-store.ts';
import { useStore } from '../store.ts';
import { showError, showToast } from '../toasts/toast-store.ts';
import { createBookPlayer, type BookPlayer } from './book-player.ts';
import { wantedBook, type BookStore } from './book-store.ts';
import { bookStoreOf, holdBook } from './open-books.ts';
import { createRendersStore, type RendersStore } from './renders-store.ts';
import { CHECK_AFTER, createScriptCheck, type ScriptCheck } from './script-check.ts';
import { formatClock, plural } from './studio-words.ts';

export interface OpenBook {
  store: BookStore;
  check: ScriptCheck;
  renders: RendersStore;
  player: BookPlayer;
}

/** Opens a book for as long as the page shows it. */
export function useOpenBook(initial: Versioned<Audiobook>, renders: readonly Render[]): OpenBook {
  const { id } = initial.value;
  const [open] = useState<OpenBook>(() => ({
    store: bookStoreOf(initial),
    check: createScriptCheck({ check: checkScript, after: clock.after }),
    renders: createRendersStore(renders, {
      list: () => listRenders(id),
      create: wish => createRender(id, wish),
      pause: pauseRender,
      resume: resumeRender,
      remove: deleteRender,
      follow: followRender,
      after: clock.after,
      onOver: tellEnd,
      onError: showError,
    }),
    player: createBookPlayer(whyNotOf),
  }));
  useEffect(() => {
    const leave = [
      holdBook(id, open.store),
      open.renders.follow(),
      connection.onBack(() => {
        open.check.again();
        open.renders.look().catch(() => undefined);
      }),
      // A sound that was missing may be there now, or the other way round.
      onSounds(() => open.check.again(CHECK_AFTER)),
    ];
    const onPageHide = () => open.renders.removeNow(deleteRenderAtLast);
    window.addEventListener('pagehide', onPageHide);
    return () => {
      window.removeEventListener('pagehide', onPageHide);
      for (const way of leave) way();
      open.renders.removeNow();
      open.check.stop();
      open.player.close();
    };
  }, [id, open]);
  useCheck(open);
  return open;
}

/** The script is checked with what the page wants it to be, saved or not. */
function useCheck({ store, check }: OpenBook): void {
  const { script, cast, settings } = wantedBook(useStore(store.state, value => value));
  useEffect(() => {
    check.want({ script, cast, settings });
  }, [check, script, cast, settings]);
}

/** Everyone who can speak, by id; empty until they are known. */
export function useVoices(): ReadonlyMap<string, Voice> {
  const [voices, setVoices] = useState<readonly Voice[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    const load = () => {
      listVoices(controller.signal).then(setVoices, (error: unknown) => {
        if (!controller.signal.aborted) showError(error);
      });
    };
    load();
    const stop = connection.onBack(load);
    return () => {
      stop();
      controller.abort();
    };
  }, []);
  return useMemo(() => new Map(voices.map(voice => [voice.id, voice])), [voices]);
}

function tellEnd({ status, length, error, units_failed }: Render): void {
  if (status === 'completed') {
    showToast({ tone: 'done', text: `Rendered${length === null ? '' : `, ${formatClock(length)}`}` });
  } else if (status === 'failed') {
    const why = units_failed > 0 ? `${plural(units_failed, 'unit')} could not be spoken.` : (error?.message ?? '');
    showToast({ tone: 'error', text: `Not rendered. ${why}` });
  }
}

/** An element of audio does not tell why; the server does. */
async function whyNotOf(address: string): Promise<string> {
  if (!address.includes('/preview')) return whyNot(address);
  try {
    const answer = await fetch(address, { cache: 'no-store' });
    if (!answer.ok)
      return ((await answer.json()) as { detail?: string }).detail ?? `The server answered ${answer.status}.`;
    await answer.body?.cancel();
    return 'The preview broke off. Press play to try it again.';
  } catch {
    return 'The server was not reached. Check that it runs, then press play.';
  }
}
