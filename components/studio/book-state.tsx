import { Check, CircleAlert, CircleDashed, Clock3, LoaderCircle, Triangle } from 'lucide-react';
import type { Render } from '#lib/renders/render.ts';
import { formatClock, STATUS_WORDS } from './studio-words.ts';

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** How the newest render of a book stands to it, in a word with an icon. @param changedAt of the book, ISO 8601 */
export function BookState({ render, changedAt }: { render: Render | undefined; changedAt: string }) {
  if (render === undefined) {
    return (
      <>
        <CircleDashed {...ICON} /> Not rendered
      </>
    );
  }
  const { status, progress, length, created_at } = render;
  if (status !== 'completed') {
    const Icon = status === 'failed' ? CircleAlert : status === 'running' ? LoaderCircle : Clock3;
    return (
      <span data-status={status}>
        <Icon {...ICON} /> {STATUS_WORDS[status]} {status === 'running' && `${Math.floor(progress * 100)} %`}
      </span>
    );
  }
  const isOlder = created_at < changedAt;
  const Icon = isOlder ? Triangle : Check;
  return (
    <span data-status={isOlder ? 'changed' : status}>
      <Icon {...ICON} />
      {isOlder ? 'Changed since' : 'Up to date'}
      {length !== null && `, ${formatClock(length)}`}
    </span>
  );
}
