/** Where a list was scrolled to, by its address, for as long as the tab lives. */
const KEY = 'talk2me.scroll ';

let came: 'back' | 'forward' = 'forward';
/** Not written yet: the storage of a session is too slow for every frame, and is needed only where the page is left. */
const unwritten = new Map<string, number>();
if (typeof window !== 'undefined') {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type === 'reload' || entry?.type === 'back_forward') came = 'back';
  window.addEventListener('popstate', () => {
    came = 'back';
  });
  window.addEventListener('pagehide', () => {
    for (const [address, top] of unwritten) sessionStorage.setItem(KEY + address, String(top));
    unwritten.clear();
  });
}

export function keepScroll(top: number): void {
  // Whoever scrolls has arrived: the next list is a new one unless he goes back to it.
  came = 'forward';
  unwritten.set(address(), top);
}

/** Pixels from the top where the reader came back; undefined where he came anew. */
export function keptScroll(): number | undefined {
  if (came !== 'back') return undefined;
  came = 'forward';
  const kept = unwritten.get(address()) ?? sessionStorage.getItem(KEY + address());
  return kept === null ? undefined : Number(kept);
}

function address(): string {
  return window.location.pathname + window.location.search;
}
