import type { ReactNode } from 'react';

interface Props {
  /** What the drawing shows: nothing heard yet, a sound that breaks off, or silence where one was expected. */
  drawing: 'empty' | 'broken' | 'silent';
  title: string;
  /** Of the heading; 1 where the message is the page. */
  level?: 1 | 2;
  children: ReactNode;
  /** The ways on, the first one the primary. */
  acts?: ReactNode;
  /** In small print. */
  note?: ReactNode;
}

/** A page, or a list, that has one thing to say: one drawing, one sentence, the ways on. */
export function PageMessage({ drawing, title, level = 1, children, acts, note }: Props) {
  const Heading = `h${level}` as const;
  return (
    <div className="message">
      <svg className="message-drawing" viewBox="0 0 320 80" aria-hidden="true">
        <path d="M0 40H88" />
        {drawing === 'silent' ? <path d="M96 40H224" strokeDasharray="4 8" /> : <path d={WAVES[drawing]} />}
        <path d="M232 40H320" />
      </svg>
      <Heading>{title}</Heading>
      <p>{children}</p>
      {acts !== undefined && <div className="message-acts">{acts}</div>}
      {note !== undefined && <p className="message-note">{note}</p>}
    </div>
  );
}

const WAVES = {
  empty: wave(position => Math.sin(Math.PI * position) ** 1.5),
  broken: wave(position => (position < 0.55 ? 0.35 + position : 0)),
};

/** Eight periods under an envelope over the place 0…1, between the lines. */
function wave(envelope: (position: number) => number): string {
  const points = Array.from({ length: 161 }, (_, i) => {
    const position = i / 160;
    const y = 40 - 36 * envelope(position) * Math.sin(2 * Math.PI * 8 * position);
    return `${(96 + 128 * position).toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}
