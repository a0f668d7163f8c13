'use client';

import { AudioWaveform, CircleAlert } from 'lucide-react';
import type { Render } from '#lib/renders/render.ts';
import { plural, STATUS_WORDS } from './studio-words.ts';

interface Props {
  errors: number;
  /** One that is not over. */
  running: Render | undefined;
  isStarting: boolean;
  onPress: () => void;
}

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** The one primary button. Where an error bars the way it is the next step; while a render runs it says so. */
export function RenderButton({ errors, running, isStarting, onPress }: Props) {
  if (errors > 0) {
    return (
      <button className="primary studio-go" title="An error stops a render. Goes to the next one." onClick={onPress}>
        <CircleAlert {...ICON} /> Fix {plural(errors, 'error')}
        <span className="wide-only"> to render</span> <kbd aria-hidden="true">F8</kbd>
      </button>
    );
  }
  if (running !== undefined || isStarting) {
    const words =
      running === undefined ? 'Starting…' : `${STATUS_WORDS[running.status]} ${Math.floor(running.progress * 100)} %`;
    return (
      <button className="studio-go" disabled>
        {words}
      </button>
    );
  }
  return (
    <button className="primary studio-go" onClick={onPress}>
      <AudioWaveform {...ICON} /> Render <kbd aria-hidden="true">Ctrl Enter</kbd>
    </button>
  );
}
