/**
 * Where files are handed in. It is small and comes with every page; the queue behind it is loaded with the first file, or a
 * little before.
 */
import { formatBytes } from '#lib/base/units.ts';
import type { SoundKind } from '#lib/sounds/sound.ts';
import { createStore } from '../store.ts';
import { showToast } from '../toasts/toast-store.ts';
import { ACCEPT, FORMATS } from './sound-names.ts';

/** A file with its place in the folder that was chosen or dropped; the place is '' for a single file. */
export interface PickedFile {
  file: File;
  path: string;
}

export interface Desk {
  /** Bytes of one file. */
  maxFileSize: number;
  /** Whether there are uploads to be shown. */
  shows: boolean;
  /** What is announced of them. */
  words: string;
}

export const desk = createStore<Desk>({ maxFileSize: Number.POSITIVE_INFINITY, shows: false, words: '' });

/** Fetches the queue, so that it is there when it is needed. */
export const loadQueue = () => import('./uploads.ts');

/** Puts files into the queue of uploads. */
export async function addUploads(kind: SoundKind, files: readonly PickedFile[]): Promise<void> {
  if (files.length === 0) return;
  try {
    (await loadQueue()).uploads.addFiles(kind, files);
  } catch (error) {
    console.error(error);
    showToast({ tone: 'error', text: 'The upload could not begin: a part of this page did not load. Reload it.' });
  }
}

/** Lets the person choose, and uploads what they chose. Has to be called by a click or key. */
export function openPicker(kind: SoundKind, what: 'files' | 'folder'): void {
  pick(what, true, files => void addUploads(kind, files));
}

/** Asks for files; nothing happens when none is chosen. */
export function pick(what: 'files' | 'folder', multiple: boolean, onPicked: (files: PickedFile[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = multiple;
  if (what === 'folder') input.webkitdirectory = true;
  else input.accept = ACCEPT;
  input.hidden = true;
  input.addEventListener('change', () => {
    const files = pickedFrom(input.files ?? []);
    input.remove();
    if (files.length > 0) onPicked(files);
  });
  input.addEventListener('cancel', () => input.remove());
  // Some browsers forget an input that is nowhere in the page.
  document.body.append(input);
  input.click();
}

/** Files that a picker or the clipboard gives. */
export function pickedFrom(files: Iterable<File>): PickedFile[] {
  return Array.from(files, file => ({ file, path: file.webkitRelativePath }));
}

/** `WAV, … or M4A, up to 50 MiB each.` */
export function whatIsTaken(maxFileSize: number): string {
  return `${FORMATS}${Number.isFinite(maxFileSize) ? `, up to ${formatBytes(maxFileSize)} each` : ''}.`;
}
