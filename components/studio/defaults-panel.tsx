'use client';

import { useEffect, useRef, useState } from 'react';
import type { AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import type { SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import { putSettings } from '../api/books.ts';
import { showError } from '../toasts/toast-store.ts';
import { chosenOf } from './book-settings.ts';
import { SettingFields } from './settings-panel.tsx';
import './settings.css';

interface Props {
  defaults: SettledDefaults;
  builtIn: SettledDefaults;
  /** Of the defaults as they were given here. */
  etag: string;
}

/** After the last change, in milliseconds. */
const SAVE_AFTER = 500;

/** What holds for all books that do not say otherwise; saved as it is changed. */
export function DefaultsPanel({ defaults, builtIn, etag }: Props) {
  const [settings, setSettings] = useState<AudiobookSettings>(() => chosenOf(defaults, builtIn));
  const [state, setState] = useState('');
  const version = useRef(etag);
  const saving = useRef(Promise.resolve());
  const wanted = useRef<AudiobookSettings>(undefined);

  useEffect(() => {
    if (wanted.current !== settings) return undefined;
    const timer = setTimeout(() => {
      setState('Saving…');
      const save = async () => {
        version.current = (await putSettings(settings, version.current)).etag;
        setState('Saved');
      };
      // One after the other: each names the version that the one before has made.
      saving.current = saving.current.then(save).catch((error: unknown) => {
        setState('Not saved');
        showError(error);
      });
    }, SAVE_AFTER);
    return () => clearTimeout(timer);
  }, [settings]);

  return (
    <details className="book-settings defaults-panel">
      <summary>
        Defaults of all books{' '}
        <span className="hint" role="status">
          {state}
        </span>
      </summary>
      <p className="hint">
        They hold where neither a tag, nor the sound, nor the book says otherwise. Renders that are made keep what they
        had.
      </p>
      <div className="defaults-groups">
        <SettingFields
          settings={settings}
          defaults={builtIn}
          onChange={next => {
            wanted.current = next;
            setSettings(next);
          }}
        />
      </div>
    </details>
  );
}
