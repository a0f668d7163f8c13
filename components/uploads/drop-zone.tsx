'use client';

import { useEffect, useState } from 'react';
import { Upload } from 'lucide-react';
import type { SoundKind } from '#lib/sounds/sound.ts';
import { showToast } from '../toasts/toast-store.ts';
import { useStore } from '../store.ts';
import { addUploads, desk, loadQueue, pickedFrom, whatIsTaken } from './desk.ts';
import { bringsFiles, takeDrop } from './drop.ts';
import './uploads.css';

const PLACES: Record<SoundKind, string> = { effects: 'Effects', background: 'Background' };

/** The whole page takes files that are dropped or pasted, while this is mounted. A target of its own prevents the default. */
export function DropZone({ kind }: { kind: SoundKind }) {
  const [over, setOver] = useState(false);
  const maxFileSize = useStore(desk, now => now.maxFileSize);
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!bringsFiles(event.dataTransfer)) return;
      const taken = event.defaultPrevented;
      event.preventDefault();
      if (!taken && event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
      setOver(!taken);
    };
    const onDragEnter = (event: DragEvent) => {
      if (bringsFiles(event.dataTransfer)) void loadQueue().catch(() => undefined);
    };
    const onDragLeave = (event: DragEvent) => {
      // Nothing is entered instead: the pointer left the window, or the drag was given up.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || event.dataTransfer === null || !bringsFiles(event.dataTransfer)) return;
      event.preventDefault();
      void addDropped(kind, event.dataTransfer);
    };
    const onPaste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      if (event.defaultPrevented || files === undefined || files.length === 0) return;
      event.preventDefault();
      void addUploads(kind, pickedFrom(files));
    };
    window.addEventListener('dragenter', onDragEnter);
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragenter', onDragEnter);
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [kind]);

  if (!over) return null;
  return (
    <div className="drop-zone" aria-hidden>
      <Upload size={20} strokeWidth={1.75} />
      <p className="drop-title">Drop to add to {PLACES[kind]}</p>
      <p>{whatIsTaken(maxFileSize)} Folders too.</p>
    </div>
  );
}

async function addDropped(kind: SoundKind, transfer: DataTransfer): Promise<void> {
  let unreadable = 0;
  for await (const portion of takeDrop(transfer, () => (unreadable += 1))) await addUploads(kind, portion);
  if (unreadable > 0) {
    showToast({ tone: 'error', text: `Not read: ${unreadable} of the files and folders. Check their permissions.` });
  }
}
