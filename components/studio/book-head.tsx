'use client';

import { CircleAlert, Play, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import type { Render } from '#lib/renders/render.ts';
import { PageLink } from '../page-link.tsx';
import { TitleField } from './book-fields.tsx';
import type { BookState } from './book-store.ts';
import { RenderButton } from './render-button.tsx';
import { SaveState } from './save-state.tsx';

interface Props {
  state: BookState;
  title: string;
  errors: number;
  warnings: number;
  /** A render that is not over. */
  running: Render | undefined;
  isStarting: boolean;
  onTitle: (title: string) => void;
  onProblems: () => void;
  onPreview: () => void;
  onRender: () => void;
}

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Where one is, whether it is saved, and the next step. */
export function BookHead(props: Props) {
  const { state, title, errors, warnings, running, isStarting, onTitle, onProblems, onPreview, onRender } = props;
  useEffect(() => {
    document.title = `${title} · Talk2Me`;
  }, [title]);
  return (
    <header className="studio-head">
      <PageLink className="studio-crumb" href="/studio">
        Studio
      </PageLink>
      <span className="hint studio-crumb" aria-hidden="true">
        /
      </span>
      <h1>
        <TitleField title={title} onChange={onTitle} />
      </h1>
      <SaveState state={state} />
      {errors + warnings > 0 && (
        <button className="quiet studio-problems" title="Go to the next problem" onClick={onProblems}>
          <CircleAlert {...ICON} data-tone="bad" /> {errors}
          <span className="hidden-words"> errors,</span>
          <TriangleAlert {...ICON} data-tone="warn" /> {warnings}
          <span className="hidden-words"> warnings. Go to the next</span>
        </button>
      )}
      <button className="studio-preview" onClick={onPreview}>
        <Play {...ICON} />{' '}
        <span>
          Preview<span className="wide-only"> from here</span>
        </span>{' '}
        <kbd aria-hidden="true">Alt Enter</kbd>
      </button>
      <RenderButton errors={errors} running={running} isStarting={isStarting} onPress={onRender} />
    </header>
  );
}
