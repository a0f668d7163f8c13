'use client';

import { CheckCheck, Copy, Folder, Tag, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { CategoryCounts, SoundKind } from '#lib/sounds/sound.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import { useKeys } from '../keys/keys.ts';
import { useStore } from '../store.ts';
import type { Change } from './bulk.ts';
import { bulk, changeSelected } from './bulk-actions.ts';
import { BulkProblems } from './bulk-problems.tsx';
import { MOST_SELECTED, type Selected, type Selection } from './selection.ts';
import './bulk-bar.css';

interface Props {
  kind: SoundKind;
  selection: Selection;
  facets: CategoryCounts;
  /** Sounds that the list shows, and whether that is all of them. */
  total: number;
  exact: boolean;
  onAll: () => void;
  onCopy: (sounds: readonly Selected[]) => void;
  onDelete: () => void;
}

/** What is selected, and what is done to it at once; each step can be undone as one. */
export function BulkBar({ kind, selection, facets, total, exact, onAll, onCopy, onDelete }: Props) {
  const { sounds, gathering, cut } = useStore(selection, value => value);
  const { running, report } = useStore(bulk, value => value);
  const [asking, setAsking] = useState<'tag' | 'category' | undefined>();
  const change = (doing: string, did: string, wish: Change) => {
    setAsking(undefined);
    void changeSelected(selection, kind, { doing, did }, wish);
  };
  if (running !== undefined) {
    return (
      <Progress
        what={running.stopping ? 'Stopping' : running.doing}
        done={running.done}
        of={running.of}
        exact
        cancel={running.stopping ? undefined : bulk.stop}
      />
    );
  }
  if (gathering !== undefined) {
    const { found, of, exact: known, cancel } = gathering;
    return <Progress what="Selecting" done={found} of={of} exact={known} cancel={cancel} />;
  }
  const number = (count: number) => count.toLocaleString('en');
  const length = [...sounds.values()].reduce((sum, sound) => sum + sound.length, 0);
  return (
    <>
      {report !== undefined && <BulkProblems report={report} onClose={bulk.closeReport} />}
      {sounds.size > 0 && (
        <div className="bulk-bar" role="region" aria-label="Selection">
          <span className="bulk-what" role="status">
            <strong>{number(sounds.size)} selected</strong>{' '}
            {cut ? (
              <span className="count">as many as can be at once; narrow the filter for others</span>
            ) : (
              <span className="count">{formatLength(length)}</span>
            )}
          </span>
          {asking === undefined ? (
            <>
              {!cut && sounds.size < Math.min(total, MOST_SELECTED) && (
                <button onClick={onAll}>
                  <CheckCheck size={16} aria-hidden /> All {number(Math.min(total, MOST_SELECTED))}
                  {exact || total >= MOST_SELECTED ? '' : '+'}
                </button>
              )}
              <button onClick={() => setAsking('tag')}>
                <Tag size={16} aria-hidden /> Tag
              </button>
              <button onClick={() => setAsking('category')}>
                <Folder size={16} aria-hidden /> Category
              </button>
              <button onClick={() => onCopy([...sounds.values()])}>
                <Copy size={16} aria-hidden /> Copy tags
              </button>
              <button className="quiet danger" onClick={onDelete}>
                <Trash2 size={16} aria-hidden /> Delete
              </button>
            </>
          ) : (
            <Ask
              key={asking}
              what={asking}
              facets={facets}
              onCancel={() => setAsking(undefined)}
              onTags={tags => change('Tagging', `Tagged ${tags.join(', ')}`, { add_tags: tags })}
              onCategory={category =>
                change('Moving', category === null ? 'Category cleared' : `Category ${category}`, { category })
              }
            />
          )}
          <button className="quiet clear" aria-label="Clear the selection" onClick={selection.clear}>
            <span>Clear</span> <kbd>Esc</kbd>
            <X size={16} aria-hidden />
          </button>
        </div>
      )}
    </>
  );
}

function Progress({
  what,
  done,
  of,
  exact,
  cancel,
}: {
  what: string;
  done: number;
  of: number;
  exact: boolean;
  /** Undefined where it is called off already. */
  cancel: (() => void) | undefined;
}) {
  useKeys({ Escape: { label: 'Cancel', group: 'List', run: () => cancel?.() } });
  return (
    <div className="bulk-bar" role="region" aria-label="Selection">
      <strong>{what}</strong>
      <progress value={done} max={Math.max(1, of)} aria-label={what} />
      <span className="count">
        {done.toLocaleString('en')} of {of.toLocaleString('en')}
        {exact ? '' : ' or more'}
      </span>
      <button className="quiet clear" disabled={cancel === undefined} onClick={cancel}>
        Cancel <kbd>Esc</kbd>
      </button>
    </div>
  );
}

interface AskProps {
  what: 'tag' | 'category';
  facets: CategoryCounts;
  onCancel: () => void;
  onTags: (tags: string[]) => void;
  /** Null clears it. */
  onCategory: (category: string | null) => void;
}

function Ask({ what, facets, onCancel, onTags, onCategory }: AskProps) {
  const [text, setText] = useState('');
  const answer = () => {
    const value = text.trim();
    if (what === 'category') return onCategory(value === '' ? null : value);
    const tags = value.split(',').map(tag => tag.trim().toLowerCase());
    const named = [...new Set(tags.filter(tag => tag !== ''))];
    return named.length > 0 ? onTags(named) : undefined;
  };
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        answer();
      }}
    >
      <input
        value={text}
        onChange={event => setText(event.target.value)}
        autoFocus
        aria-label={what === 'tag' ? 'Tags to add' : 'Category to set'}
        placeholder={what === 'tag' ? 'Tags to add' : 'Category, empty clears'}
        list="bulk-known"
        onKeyDown={event => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onCancel();
        }}
      />
      <datalist id="bulk-known">
        {(what === 'tag' ? facets.tags : facets.categories).slice(0, 300).map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button>{what === 'tag' ? 'Add' : 'Set'}</button>
    </form>
  );
}
