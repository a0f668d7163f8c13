/** The one queue of this tab. It lives beside the pages, so uploads go on while they change. */
import { connection } from '../connection/connection.ts';
import { tellSound } from '../library/sound-events.ts';
import { desk } from './desk.ts';
import { sendOverHttp } from './transport.ts';
import { UploadQueue } from './upload-queue.ts';
import { announcement } from './upload-words.ts';

export const uploads = new UploadQueue({
  transport: sendOverHttp,
  clock: {
    now: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  },
  onAdded: sound => tellSound({ type: 'added', sound }),
  isOnline: () => navigator.onLine,
});

if (typeof window !== 'undefined') {
  connection.onBack(() => uploads.networkIsBack());
  // Whoever comes back from logging in elsewhere.
  window.addEventListener('focus', () => {
    if (uploads.store.get().hold?.why === 'login') uploads.resumeAfterHold();
  });
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  let warns = false;
  const takeLimit = () => (uploads.maxFileSize = desk.get().maxFileSize);
  takeLimit();
  desk.subscribe(takeLimit);
  uploads.store.subscribe(() => {
    const state = uploads.store.get();
    const shows = state.totals.files + state.totals.notSounds > 0;
    // Trying again after a hold is no news until bytes move.
    const stands = state.totals.open > 0 && state.hold === undefined && state.totals.rate === 0;
    const words = (stands && desk.get().words) || announcement(state);
    desk.set(now => (now.shows === shows && now.words === words ? now : { ...now, shows, words }));

    // Only while there is something to lose: such a listener keeps the page out of the back/forward cache.
    const open = state.totals.open > 0;
    if (open === warns) return;
    warns = open;
    if (open) window.addEventListener('beforeunload', warn);
    else window.removeEventListener('beforeunload', warn);
  });
}
