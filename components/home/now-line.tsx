import type { ReactNode } from 'react';

interface Props {
  icon: ReactNode;
  tone?: 'bad' | 'good' | 'warn' | undefined;
  title: string;
  /** Figures, and what is wrong. */
  note?: ReactNode;
  /** On the right: the time left, or the one thing to do. */
  side?: ReactNode;
  /** 0…1; no bar where there is none. */
  share?: number | undefined;
}

/** One thing that goes on, or has just ended. */
export function NowLine({ icon, tone, title, note, side, share }: Props) {
  return (
    <li className="now-line" data-tone={tone}>
      {icon}
      <span className="now-title">{title}</span>
      <span className="now-side">{side}</span>
      {note !== undefined && <span className="now-note">{note}</span>}
      {share !== undefined && (
        <span
          className="now-bar"
          role="progressbar"
          aria-label={title}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(share * 100)}
        >
          <i style={{ transform: `scaleX(${share})` }} />
        </span>
      )}
    </li>
  );
}
