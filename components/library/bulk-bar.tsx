'use client';

import { Copy, Folder, Tag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CategoryCounts, Sound, SoundPatch } from '#lib/sounds/sound.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import { patchSound } from '../api/client.ts';
import { showError, showToast } from '../toasts/toast-store.ts';
import { tellSound } from './sound-events.ts';

interface Props {
  sounds: readonly Sound[];
  facets: CategoryCounts;
  onClear: () => void;
  onCopy: (sounds: readonly Sound[]) => void;
  onDelete: (sounds: readonly Sound[]) => void;
}

/** What is done to several sounds at once; each step can be undone as one. */
export function BulkBar({ sounds, facets, onClear, onCopy, onDelete }: Props) {
  const [asking, setAsking] = useState<'tag' | 'category' | undefined>();
  const [done, setDone] = useState<number | undefined>();
  const [text, setText] = useState('');
  const length = sounds.reduce((sum, sound) => sum + sound.length, 0);

  const ask = (what: 'tag' | 'category') => {
    setText('');
    setAsking(what);
  };
  const change = async (what: string, patchOf: (sound: Sound) => SoundPatch) => {
    setAsking(undefined);
    const before: Sound[] = [];
    try {
      for (const sound of sounds) {
        setDone(before.length);
        tellSound({ type: 'changed', sound: (await patchSound(sound.kind, sound.id, patchOf(sound))).value });
        before.push(sound);
      }
    } catch (error) {
      showError(error);
    }
    setDone(undefined);
    if (before.length === 0) return;
    showToast({
      tone: 'done',
      text: `${what} for ${before.length} ${before.length === 1 ? 'sound' : 'sounds'}`,
      action: { label: 'Undo', run: () => putBack(before) },
    });
  };
  return (
    <div className="bulk-bar" role="region" aria-label="Selection">
      <strong>{sounds.length.toLocaleString('en')} selected</strong>
      <span className="count">{formatLength(length)}</span>
      {done !== undefined ? (
        <progress value={done} max={sounds.length} aria-label={`${done} of ${sounds.length} changed`} />
      ) : asking !== undefined ? (
        <form
          onSubmit={event => {
            event.preventDefault();
            const value = text.trim();
            if (asking === 'category') {
              void change(value === '' ? 'Category cleared' : `Category ${value}`, () => ({
                category: value === '' ? null : value,
              }));
            } else if (value !== '') {
              const added = value
                .split(',')
                .map(tag => tag.trim().toLowerCase())
                .filter(tag => tag !== '');
              void change(`Tagged ${added.join(', ')}`, sound => ({ tags: [...new Set([...sound.tags, ...added])] }));
            }
          }}
        >
          <input
            value={text}
            onChange={event => setText(event.target.value)}
            autoFocus
            aria-label={asking === 'tag' ? 'Tags to add' : 'Category to set'}
            placeholder={asking === 'tag' ? 'Tags to add' : 'Category, empty clears'}
            list="bulk-known"
            onKeyDown={event => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setAsking(undefined);
            }}
          />
          <datalist id="bulk-known">
            {(asking === 'tag' ? facets.tags : facets.categories).slice(0, 300).map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <button>{asking === 'tag' ? 'Add' : 'Set'}</button>
        </form>
      ) : (
        <>
          <button onClick={() => ask('tag')}>
            <Tag size={16} aria-hidden /> Tag
          </button>
          <button onClick={() => ask('category')}>
            <Folder size={16} aria-hidden /> Category
          </button>
          <button onClick={() => onCopy(sounds)}>
            <Copy size={16} aria-hidden /> Copy tags
          </button>
          <button className="quiet danger" onClick={() => onDelete(sounds)}>
            <Trash2 size={16} aria-hidden /> Delete
          </button>
        </>
      )}
      <button className="quiet clear" onClick={onClear}>
        Clear <kbd>Esc</kbd>
      </button>
    </div>
  );
}

async function putBack(before: readonly Sound[]): Promise<void> {
  try {
    for (const { kind, id, category, tags } of before) {
      tellSound({ type: 'changed', sound: (await patchSound(kind, id, { category, tags })).value });
    }
  } catch (error) {
    showError(error);
  }
}
