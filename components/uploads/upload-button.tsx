'use client';

import { FileAudio, FolderUp, Upload } from 'lucide-react';
import { useEffect, useId, useRef, useSyncExternalStore, type KeyboardEvent, type ToggleEvent } from 'react';
import type { SoundKind } from '#lib/sounds/sound.ts';
import { useKeys } from '../keys/keys.ts';
import { useStore } from '../store.ts';
import { desk, loadQueue, openPicker, whatIsTaken } from './desk.ts';
import './uploads.css';

/** The primary button of a library page: files or a folder, by `U`. Without JavaScript a link to the form at `#upload`. */
export function UploadButton({ kind }: { kind: SoundKind }) {
  const awake = useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
  const maxFileSize = useStore(desk, now => now.maxFileSize);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useKeys({ U: { label: 'Upload', group: 'List', run: () => menu.current?.showPopover() } });

  useEffect(() => {
    if (!awake || window.location.hash !== '#upload') return;
    // Once: not again when the page is loaded anew.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    menu.current?.showPopover();
  }, [awake]);

  const face = (
    <>
      <Upload size={16} strokeWidth={1.75} aria-hidden />
      Upload
      <kbd aria-hidden>U</kbd>
    </>
  );
  if (!awake) {
    return (
      <a className="upload-button" href="#upload">
        {face}
      </a>
    );
  }

  const place = ({ newState }: ToggleEvent<HTMLDivElement>) => {
    if (newState !== 'open' || button.current === null || menu.current === null) return;
    const box = button.current.getBoundingClientRect();
    menu.current.style.top = `${box.bottom + 4}px`;
    menu.current.style.right = `${document.documentElement.clientWidth - box.right}px`;
  };
  const pick = (what: 'files' | 'folder') => () => {
    menu.current?.hidePopover();
    openPicker(kind, what);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="upload-button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-keyshortcuts="U"
        data-upload-button=""
      >
        {face}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="upload-menu"
        onBeforeToggle={place}
        onToggle={({ newState }) => {
          if (newState !== 'open') return;
          menu.current?.querySelector('button')?.focus();
          void loadQueue().catch(() => undefined);
        }}
        onKeyDown={onMenuKey}
      >
        <div role="menu" aria-label="Upload">
          <button type="button" role="menuitem" onClick={pick('files')}>
            <FileAudio size={16} strokeWidth={1.75} aria-hidden />
            Files
          </button>
          <button type="button" role="menuitem" onClick={pick('folder')}>
            <FolderUp size={16} strokeWidth={1.75} aria-hidden />A folder with everything in it
          </button>
        </div>
        <p>{whatIsTaken(maxFileSize)} You can also drop files anywhere, or paste them.</p>
      </div>
    </>
  );
}

function onMenuKey(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex(item => item === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next !== undefined) items.at(next % items.length)?.focus();
  else if (event.key === 'Escape') event.currentTarget.hidePopover();
  else return;
  event.preventDefault();
}
