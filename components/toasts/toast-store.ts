import { createStore } from '../store.ts';

export interface Toast {
  id: number;
  tone: 'done' | 'error';
  text: string;
  /** One thing to do, such as Undo. */
  action?: { label: string; run: () => void | Promise<void> };
}

/** Milliseconds that a toast stays; errors stay until they are closed. */
export const TOAST_MS = 10_000;

export const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

export function showToast(toast: Omit<Toast, 'id'>): number {
  lastId += 1;
  // Three at most: older ones are about things that are over.
  toasts.set(list => [...list.slice(-2), { ...toast, id: lastId }]);
  return lastId;
}

export function showError(error: unknown): number {
  return showToast({ tone: 'error', text: error instanceof Error ? error.message : String(error) });
}

export function dismissToast(id: number): void {
  toasts.set(list => list.filter(toast => toast.id !== id));
}

/** Takes the newest way back that is still offered, as Ctrl Z does. Returns whether there was one. */
export function undoNewest(): boolean {
  const toast = toasts.get().findLast(one => one.action?.label === 'Undo');
  if (toast?.action === undefined) return false;
  dismissToast(toast.id);
  void toast.action.run();
  return true;
}
