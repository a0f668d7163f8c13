import { useId, type ReactNode } from 'react';

interface Props {
  /** Where it stands in the grid. */
  place: string;
  title: string;
  note?: ReactNode;
  /** At the right of its head. */
  side?: ReactNode;
  children: ReactNode;
}

export function Panel({ place, title, note, side, children }: Props) {
  const id = useId();
  return (
    <section className={`panel ${place}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="hint">{note}</span>}
        {side !== undefined && <span className="panel-side">{side}</span>}
      </header>
      {children}
    </section>
  );
}
