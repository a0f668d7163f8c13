'use client';

import { useEffect, useState, type ComponentType } from 'react';
import { useStore } from '../store.ts';
import { desk } from './desk.ts';
import './tray.css';

/**
 * What is uploading, docked where it is mounted: once, in the shell, so that it stays while pages change. It takes no room
 * while there is nothing to show.
 *
 * @param maxFileSize bytes; larger files are refused before they are sent
 */
export function UploadTray({ maxFileSize }: { maxFileSize: number }) {
  const shows = useStore(desk, now => now.shows);
  const words = useStore(desk, now => now.words);
  const [Panel, setPanel] = useState<ComponentType>();

  useEffect(() => {
    desk.set(now => ({ ...now, maxFileSize }));
  }, [maxFileSize]);
  useEffect(() => {
    if (!shows || Panel !== undefined) return;
    // It is loaded with the first upload. Without it uploads go on unseen; it is tried again when there is news, such as the
    // network being back.
    import('./tray-panel.tsx').then(
      ({ TrayPanel }) => setPanel(() => TrayPanel),
      () => undefined,
    );
  }, [shows, words, Panel]);

  return (
    <>
      <p role="status" className="tray-words">
        {words}
      </p>
      {shows && Panel !== undefined && <Panel />}
    </>
  );
}
