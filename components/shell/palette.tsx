'use client';

import { BookAudio } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useId, useState } from 'react';
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import { listSounds } from '../api/client.ts';
import { Dialog } from '../dialog.tsx';
import { KindIcon } from '../icons.tsx';

interface Entry {
  key: string;
  label: string;
  note: string;
  icon: 'home' | 'docs' | 'system' | 'voices' | 'studio' | SoundKind;
  address: string;
}

const PLACES: readonly Entry[] = [
  { key: 'home', label: 'Home', note: 'G H', icon: 'home', address: '/' },
  { key: 'effects', label: 'Effects', note: 'G E', icon: 'effects', address: '/sounds/effects' },
  { key: 'background', label: 'Background', note: 'G B', icon: 'background', address: '/sounds/background' },
  { key: 'voices', label: 'Voices', note: 'G V', icon: 'voices', address: '/voices' },
  { key: 'studio', label: 'Studio', note: 'G S', icon: 'studio', address: '/studio' },
  { key: 'upload-effects', label: 'Upload effects', note: 'U', icon: 'effects', address: '/sounds/effects#upload' },
  {
    key: 'upload-background',
    label: 'Upload background',
    note: 'U',
    icon: 'background',
    address: '/sounds/background#upload',
  },
  { key: 'system', label: 'System', note: 'G Y', icon: 'system', address: '/system' },
  { key: 'docs', label: 'API', note: '', icon: 'docs', address: '/docs' },
];

const SEARCH_AFTER_MS = 120;

/** Places and sounds by a few letters, with the arrows and Enter. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const [found, setFound] = useState<{ text: string; sounds: Sound[] }>({ text: '', sounds: [] });
  const [chosen, setChosen] = useState(0);
  const listId = useId();

  useEffect(() => {
    const q = text.trim();
    if (q === '') return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const search = (kind: SoundKind) => listSounds(kind, { q, limit: '6' }, controller.signal);
      Promise.all([search('effects'), search('background')]).then(
        lists => setFound({ text: q, sounds: lists.flatMap(list => list.items) }),
        () => undefined,
      );
    }, SEARCH_AFTER_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);

  const wanted = text.trim().toLowerCase();
  const entries: Entry[] = [
    ...PLACES.filter(place => place.label.toLowerCase().includes(wanted)),
    ...(wanted === '' ? [] : found.sounds).map(sound => ({
      key: `${sound.kind}/${sound.id}`,
      label: sound.name,
      note: `${sound.id} · ${formatLength(sound.length)}`,
      icon: sound.kind,
      address: `/sounds/${sound.kind}/${sound.id}`,
    })),
  ];
  const active = Math.min(chosen, entries.length - 1);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    router.push(entry.address);
  };
  return (
    <Dialog label="Go to or search" className="palette" onClose={onClose}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={entries[active] === undefined ? undefined : `${listId}-${active}`}
        aria-label="Place or sound"
        placeholder="Place, or name, id, tag of a sound"
        value={text}
        autoFocus
        onChange={event => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={event => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) setChosen((active + step + entries.length) % Math.max(1, entries.length));
          else if (event.key === 'Enter') open(entries[active]);
          else return;
          event.preventDefault();
        }}
      />
      <ul role="listbox" id={listId} aria-label="Places and sounds">
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerMove={() => setChosen(index)}
            onClick={() => open(entry)}
          >
            {entry.icon === 'studio' ? (
              <BookAudio size={16} strokeWidth={1.75} aria-hidden />
            ) : (
              <KindIcon kind={entry.icon} />
            )}
            <span>{entry.label}</span>
            <code>{entry.note}</code>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="hint">Nothing by that name.</p>}
    </Dialog>
  );
}
