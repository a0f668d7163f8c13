'use client';

import { Check, CircleAlert, CircleDashed, Download, Play, Trash2 } from 'lucide-react';
import { formatBytes } from '#lib/base/units.ts';
import type { Render, RenderOutput } from '#lib/renders/render.ts';
import { showToast } from '../toasts/toast-store.ts';
import type { RendersStore } from './renders-store.ts';
import { describeWish, formatAge, formatClock, STATUS_WORDS } from './studio-words.ts';

interface Props {
  renders: readonly Render[];
  store: RendersStore;
  /** Milliseconds since the epoch. */
  now: number;
  onPlay: (render: Render, output: RenderOutput) => void;
}

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Renders that are over: to be heard, kept and removed. */
export function PastRenders({ renders, store, now, onPlay }: Props) {
  return (
    <ul className="past-renders">
      {renders.map(render => {
        const age = formatAge(Date.parse(render.finished_at ?? render.created_at), now);
        return (
          <li key={render.id}>
            <p className="past-head">
              <StatusIcon render={render} />
              <span>
                {STATUS_WORDS[render.status]} <span className="hint">{age === 'now' ? 'now' : `${age} ago`}</span>
              </span>
              <span className="hint past-wish">{describeWish(render.wish)}</span>
              <button
                className="quiet icon-button"
                aria-label={`Remove the render of ${age} ago`}
                title="Remove"
                onClick={() => remove(render, store)}
              >
                <Trash2 {...ICON} />
              </button>
            </p>
            {render.outputs.map(output => (
              <p key={output.url} className="past-output">
                <button
                  className="quiet icon-button"
                  aria-label={`Play ${output.name}`}
                  onClick={() => onPlay(render, output)}
                >
                  <Play {...ICON} fill="currentColor" />
                </button>
                <span className="past-name" title={output.name}>
                  {output.name}
                </span>
                <span className="number">{formatClock(output.length)}</span>
                <a
                  className="past-download"
                  href={output.url}
                  download={output.name}
                  aria-label={`Download ${output.name}`}
                >
                  <Download {...ICON} /> {formatBytes(output.size)}
                </a>
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

function StatusIcon({ render: { status } }: { render: Render }) {
  const Icon = status === 'completed' ? Check : status === 'failed' ? CircleAlert : CircleDashed;
  return <Icon {...ICON} className={`status-${status}`} />;
}

function remove(render: Render, store: RendersStore): void {
  const back = store.remove(render.id);
  const size = render.outputs.reduce((sum, output) => sum + output.size, 0);
  showToast({
    tone: 'done',
    text: `Removed the render${size > 0 ? `, ${formatBytes(size)}` : ''}`,
    action: { label: 'Undo', run: back },
  });
}
