/** Where a list was scrolled to, by its address, for as long as the tab lives. */
const KEY = 'talk2me.scroll ';

let came: 'back' | 'forward' = 'forward';
if (typeof window !== 'undefined') {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type === 'reload' || entry?.type === 'back_forward') came = 'back';
  window.addEventListener('popstate', () => {
    came = 'back';
  });
}

export function keepScroll(top: number): void {
  // Whoever scrolls has arrived: the next list is a new one unless he goes back to it.
  came = 'forward';
  sessionStorage.setItem(KEY + address(), String(top));
}

/** Pixels from the top where the reader came back; undefined where he came anew. */
export function keptScroll(): number | undefined {
  if (came !== 'back') return undefined;
  came = 'forward';
  const kept = sessionStorage.getItem(KEY + address());
  return kept === null ? undefined : Number(kept);
}

function address(): string {
  return window.location.pathname + window.location.search;
}
