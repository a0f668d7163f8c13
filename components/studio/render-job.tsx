'use client';

import {
  Check,
  CircleAlert,
  CircleDashed,
  Clock3,
  LoaderCircle,
  Pause,
  Play,
  TriangleAlert,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Render, RenderFailure, RenderStage, RenderStatus } from '#lib/renders/render.ts';
import { showError } from '../toasts/toast-store.ts';
import type { RendersStore } from './renders-store.ts';
import { describeWish, formatLeft, isOver, plural, STAGE_WORDS, STATUS_WORDS } from './studio-words.ts';

const STAGES = ['speak', 'prepare', 'mix'] as const satisfies readonly RenderStage[];
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

interface Props {
  render: Render;
  store: RendersStore;
  isLive: boolean;
  /** Goes to a line of the script, from 1. */
  onLine: (line: number) => void;
}

/** A render on its way, or one that stopped before its end: how far it is, and what can be done. */
export function RenderJob({ render, store, isLive, onLine }: Props) {
  const { id, status, progress, eta } = render;
  const act = (run: (id: string) => Promise<void>) => () => void run(id).catch(showError);
  const percent = Math.floor(progress * 100);
  return (
    <div className="render-job" data-status={status}>
      <p className="render-what">
        <span className="hint">{describeWish(render.wish)}</span>
        {status === 'running' || status === 'queued' ? (
          <button className="quiet icon-button" aria-label="Pause the render" title="Pause" onClick={act(store.pause)}>
            <Pause {...ICON} />
          </button>
        ) : (
          <button className="small" onClick={act(store.resume)}>
            <Play size={14} aria-hidden /> {status === 'paused' ? 'Go on' : 'Try again'}
          </button>
        )}
        {!isOver(render) && (
          <button
            className="quiet icon-button"
            aria-label="Cancel the render"
            title="Cancel"
            onClick={act(store.cancel)}
          >
            <X {...ICON} />
          </button>
        )}
      </p>
      <p className="render-figure">
        <strong>{percent} %</strong>
        <span>{status === 'running' && eta !== null ? formatLeft(eta) : STATUS_WORDS[status]}</span>
        {!isLive && !isOver(render) && <span className="warn">No answer from the server; it is asked again.</span>}
      </p>
      <div
        className="render-bar"
        role="progressbar"
        aria-label="Progress of the render"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <i style={{ transform: `scaleX(${progress})` }} />
      </div>
      <Stages render={render} />
      <Units render={render} />
      <Failures render={render} onLine={onLine} />
      {status === 'failed' && (
        <p className="hint">
          Try again speaks what is missing of the text as it was then; Render takes it as it is now.
        </p>
      )}
    </div>
  );
}

/** Of the stage that a render has come to. */
const HERE: Readonly<Record<RenderStatus, LucideIcon>> = {
  queued: Clock3,
  running: LoaderCircle,
  paused: Pause,
  completed: Check,
  failed: CircleAlert,
  cancelled: X,
};

function Stages({ render }: { render: Render }) {
  const { stage, status, units_total, units_reused, units_synthesised } = render;
  const at = stage === null ? -1 : STAGES.indexOf(stage);
  return (
    <ol className="render-stages">
      {STAGES.map((one, index) => {
        const state = status === 'completed' || index < at ? 'done' : index === at ? 'now' : 'later';
        const Icon = state === 'done' ? Check : state === 'now' ? HERE[status] : CircleDashed;
        return (
          <li
            key={one}
            data-state={state}
            data-status={status}
            data-turns={(state === 'now' && status === 'running') || undefined}
          >
            <Icon {...ICON} />
            {STAGE_WORDS[one]}
            <span className="hidden-words">{state === 'done' ? ', done' : state === 'now' ? ', now' : ''}</span>
            {one === 'speak' && units_total > 0 && (
              <span className="number">
                {(units_reused + units_synthesised).toLocaleString('en')} of {units_total.toLocaleString('en')}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** Where the units come from, as a bar and in numbers. */
function Units({ render: { units_total, units_reused, units_synthesised, units_failed } }: { render: Render }) {
  if (units_total === 0) return null;
  const parts = [
    ['reused', 'Reused', units_reused],
    ['synthesised', 'Synthesised', units_synthesised],
    ['waiting', 'Waiting', Math.max(0, units_total - units_reused - units_synthesised - units_failed)],
    ['failed', 'Failed', units_failed],
  ] as const;
  return (
    <div className="render-units">
      <div className="units-bar" aria-hidden="true">
        {parts.map(([key, , count]) => count > 0 && <i key={key} data-part={key} style={{ flexGrow: count }} />)}
      </div>
      <dl>
        {parts.map(([key, label, count]) => (
          <div key={key}>
            <dt>
              <i data-part={key} /> {label}
            </dt>
            <dd className="number">{count.toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Listed at once; the rest are more of the same. */
const MOST = 5;

function Failures({ render, onLine }: { render: Render; onLine: (line: number) => void }) {
  const { error, failures, warnings } = render;
  const listed: readonly RenderFailure[] = failures.length > 0 ? failures : error === null ? [] : [error];
  if (listed.length === 0 && warnings.length === 0) return null;
  return (
    <ul className="render-failures">
      {listed.slice(0, MOST).map((failure, index) => (
        <li key={index} data-severity="error">
          <CircleAlert size={14} strokeWidth={1.75} aria-label="Failed" />
          <p>
            {failure.line !== null && (
              <button className="quiet problem-line" onClick={() => onLine(failure.line!)}>
                <span className="hidden-words">Go to </span>line {failure.line}
              </button>
            )}
            {failure.message}
            {failure.text !== null && <q>{failure.text}</q>}
          </p>
        </li>
      ))}
      {listed.length > MOST && <li className="hint">{plural(listed.length - MOST, 'more unit')} failed.</li>}
      {warnings.slice(0, MOST).map((warning, index) => (
        <li key={`w${index}`} data-severity="warning">
          <TriangleAlert size={14} strokeWidth={1.75} aria-label="Warning" />
          <p>{warning}</p>
        </li>
      ))}
    </ul>
  );
}
