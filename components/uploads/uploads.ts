/** The one queue of this tab. It lives beside the pages, so uploads go on while they change. */
import { tellSound } from '../library/sound-events.ts';
import { sendOverHttp } from './transport.ts';
import { UploadQueue } from './upload-queue.ts';

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
  window.addEventListener('online', () => uploads.networkIsBack());
  // Whoever comes back from logging in elsewhere.
  window.addEventListener('focus', () => {
    if (uploads.store.get().hold?.why === 'login') uploads.resumeAfterHold();
  });
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  let warns = false;
  // Only while there is something to lose: such a listener keeps the page out of the back/forward cache.
  uploads.store.subscribe(() => {
    const open = uploads.store.get().totals.open > 0;
    if (open === warns) return;
    warns = open;
    if (open) window.addEventListener('beforeunload', warn);
    else window.removeEventListener('beforeunload', warn);
  });
}
