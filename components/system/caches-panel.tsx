'use client';

import { Trash2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { clearCache } from '../api/system.ts';
import { Dialog } from '../dialog.tsx';
import { showError, showToast } from '../toasts/toast-store.ts';
import { Panel } from './panel.tsx';
import { formatShare, mebibytes } from './system-words.ts';

type Cache = SystemReport['caches'][number];

/** Under this a full cache is worth a look. */
const POOR_RATIO = 0.8;

export function CachesPanel({ caches }: { caches: readonly Cache[] }) {
  const answers = caches.filter(cache => cache.backend !== 'disk');
  const kept = caches.filter(cache => cache.backend === 'disk');
  const [first] = answers;
  const entries = entriesOf(answers);
  const turning = [...answers.filter(cache => turnsOver(cache, entries)), ...kept.filter(keptTurnsOver)][0];
  const where = first?.backend === 'redis' ? 'in Redis' : 'in memory';
  return (
    <Panel place="caches" title="Caches" note={where} side={<Drop caches={answers} />}>
      {caches.length === 0 ? (
        <p className="hint">Nothing was read through the cache yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Cache</th>
              <th scope="col" className="number">
                Entries
              </th>
              <th scope="col" className="number wide-only">
                MiB
              </th>
              <th scope="col" className="ratio">
                Hit ratio
              </th>
              <th scope="col" className="number wide-only">
                Hits
              </th>
              <th scope="col" className="number wide-only">
                Misses
              </th>
              <th scope="col" className="number">
                Evicted
              </th>
            </tr>
          </thead>
          <tbody>
            {caches.map(cache => (
              <tr key={cache.name}>
                <th scope="row">
                  <code>{cache.name}</code>
                </th>
                <td className="number">{cache.entries.toLocaleString('en')}</td>
                <td className="number wide-only">{mebibytes(cache.bytes)}</td>
                <td className="ratio">
                  <span className="ratio-bar" aria-hidden>
                    <i style={{ width: `${(cache.hit_ratio ?? 0) * 100}%` }} />
                  </span>{' '}
                  {formatShare(cache.hit_ratio)}
                </td>
                <td className="number wide-only">{(cache.hits + cache.stale_hits).toLocaleString('en')}</td>
                <td className="number wide-only">{cache.misses.toLocaleString('en')}</td>
                <td className="number">{cache.evictions.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {first !== undefined && (
        <p className="hint">
          {entries.toLocaleString('en')} of {(first.max_entries ?? 0).toLocaleString('en')} entries,{' '}
          {mebibytes(answers.reduce((sum, cache) => sum + cache.bytes, 0))} of {mebibytes(first.max_bytes)} MiB.
        </p>
      )}
      {kept.map(({ name, bytes, max_bytes }) => (
        <p key={name} className="hint">
          <code>{name}</code> is on disk: {mebibytes(bytes)} of {mebibytes(max_bytes)} MiB.
        </p>
      ))}
      {turning !== undefined && (
        <p className="warning">
          <TriangleAlert size={14} strokeWidth={1.75} aria-hidden /> <code>{turning.name}</code> is full and turns over.
          Raise{' '}
          {turning.backend === 'disk' ? (
            <code>SPEECH_CACHE_MAX_BYTES</code>
          ) : (
            <>
              <code>CACHE_MAX_SIZE</code> or <code>CACHE_MAX_BYTES</code>
            </>
          )}
          .
        </p>
      )}
    </Panel>
  );
}

function entriesOf(caches: readonly Cache[]): number {
  return caches.reduce((sum, cache) => sum + cache.entries, 0);
}

/** What is kept on disk is counted in tens of thousands, and hits come when a book is rendered anew. */
function keptTurnsOver({ evictions, entries }: Cache): boolean {
  return evictions > entries;
}

function turnsOver(cache: Cache, entries: number): boolean {
  return cache.evictions > entries && cache.hit_ratio !== null && cache.hit_ratio < POOR_RATIO;
}

/** What is let go of is computed anew by the next who ask, so nothing is lost and nothing is to be undone. */
function Drop({ caches }: { caches: readonly Cache[] }) {
  const [open, setOpen] = useState(false);
  const [tag, setTag] = useState('');
  const drop = async (what: string | undefined) => {
    setOpen(false);
    setTag('');
    try {
      const dropped = await clearCache(what);
      const answers = `${dropped.toLocaleString('en')} cached ${dropped === 1 ? 'answer' : 'answers'}`;
      showToast({ tone: 'done', text: what === undefined ? `Dropped ${answers}` : `Dropped ${answers} of ${what}` });
    } catch (error) {
      showError(error);
    }
  };
  return (
    <>
      <button className="quiet small" onClick={() => setOpen(true)}>
        <Trash2 size={14} strokeWidth={1.75} aria-hidden /> Drop…
      </button>
      {open && (
        <Dialog label="Drop cached answers" className="drop-dialog" onClose={() => setOpen(false)}>
          <form
            onSubmit={event => {
              event.preventDefault();
              void drop(tag.trim() === '' ? undefined : tag.trim());
            }}
          >
            <h2>Drop cached answers</h2>
            <p className="hint">The next who ask wait until they are computed. Nothing else changes.</p>
            <label>
              Tag, or nothing for all {entriesOf(caches).toLocaleString('en')}
              <input
                value={tag}
                onChange={event => setTag(event.target.value)}
                list="drop-tags"
                maxLength={256}
                placeholder="sounds:effects"
              />
            </label>
            <datalist id="drop-tags">
              <option value="sounds:effects" />
              <option value="sounds:background" />
            </datalist>
            <p className="dialog-actions">
              <button className="primary">{tag.trim() === '' ? 'Drop all' : 'Drop'}</button>
              <button type="button" className="quiet" onClick={() => setOpen(false)}>
                Cancel
              </button>
            </p>
          </form>
        </Dialog>
      )}
    </>
  );
}
