'use client';

import { useEffect, useState, type ComponentType } from 'react';
import { useStore } from '../store.ts';
import { announcement } from './upload-words.ts';
import { uploads } from './uploads.ts';
import './tray.css';

/**
 * What is uploading, docked where it is mounted: once, in the shell, so that it stays while pages change. It takes no room
 * while there is nothing to show.
 *
 * @param maxFileSize bytes; larger files are refused before they are sent
 */
export function UploadTray({ maxFileSize }: { maxFileSize: number }) {
  const shows = useStore(uploads.store, ({ totals }) => totals.files + totals.notSounds > 0);
  const words = useStore(uploads.store, announcement);
  const [Panel, setPanel] = useState<ComponentType>();

  useEffect(() => {
    uploads.maxFileSize = maxFileSize;
  }, [maxFileSize]);
  useEffect(() => {
    if (!shows || Panel !== undefined) return;
    // It loads with the first upload. Without it uploads go on unseen, and the next round tries again.
    import('./tray-panel.tsx').then(
      ({ TrayPanel }) => setPanel(() => TrayPanel),
      () => undefined,
    );
  }, [shows, Panel]);

  return (
    <>
      <p role="status" className="tray-words">
        {words}
      </p>
      {shows && Panel !== undefined && <Panel />}
    </>
  );
}
