/** What happens to books in one tab of this browser, for the others. */

export interface BookEvent {
  type: 'changed' | 'removed' | 'restored';
  id: string;
}

const listeners = new Set<(event: BookEvent) => void>();
let channel: BroadcastChannel | undefined;

/** Tells the other tabs; this one knows. */
export function tellBook(event: BookEvent): void {
  open()?.postMessage(event);
}

/** Hears of what was done in other tabs; returns the way out. */
export function onBook(listener: (event: BookEvent) => void): () => void {
  open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function open(): BroadcastChannel | undefined {
  if (channel === undefined && typeof BroadcastChannel !== 'undefined' && typeof window !== 'undefined') {
    channel = new BroadcastChannel('talk2me.books');
    channel.onmessage = ({ data }: MessageEvent<BookEvent>) => {
      for (const listener of [...listeners]) listener(data);
    };
  }
  return channel;
}
