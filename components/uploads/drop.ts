/** Files from drag and drop, folders with everything in them. */
import type { PickedFile } from './desk.ts';

/** Whether a drag brings files, and not text or a link of the page. */
export function bringsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/**
 * Everything that was dropped, in portions as it is found, so that a folder of thousands neither blocks nor waits for its last
 * file. To be called within the event: afterwards the browser has forgotten what was dropped. What cannot be read is left out
 * and counted by `onUnreadable`.
 */
export function takeDrop(transfer: DataTransfer, onUnreadable: () => void): AsyncGenerator<PickedFile[], void> {
  const loose: PickedFile[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry !== null && isFolder(entry)) folders.push(entry);
    else {
      const file = item.getAsFile();
      if (file !== null) loose.push({ file, path: '' });
    }
  }
  return walk(loose, folders, onUnreadable);
}

async function* walk(
  loose: PickedFile[],
  folders: FileSystemDirectoryEntry[],
  onUnreadable: () => void,
): AsyncGenerator<PickedFile[], void> {
  if (loose.length > 0) yield loose;
  // One after the other, in depth: no more than one portion of entries is open at a time.
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const reader = folder.createReader();
    const inside: FileSystemDirectoryEntry[] = [];
    for (;;) {
      // A portion is at most 100 entries; an empty one is the end.
      const portion: FileSystemEntry[] = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      ).catch(() => {
        onUnreadable();
        return [];
      });
      if (portion.length === 0) break;
      inside.push(...portion.filter(isFolder));
      const files = await Promise.all(
        portion.filter(entry => entry.isFile).map(entry => fileOf(entry as FileSystemFileEntry).catch(onUnreadable)),
      );
      const found = files.filter(file => file !== undefined);
      if (found.length > 0) yield found;
    }
    folders.unshift(...inside);
  }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function fileOf(entry: FileSystemFileEntry): Promise<PickedFile> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return { file, path: entry.fullPath.replace(/^\//, '') };
}
