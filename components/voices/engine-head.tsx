import { Check, CircleAlert } from 'lucide-react';
import type { EngineStatus } from '#lib/voices/voices.ts';
import { kindWords } from './voice-words.ts';

interface Props {
  engine: EngineStatus;
  /** Why it could not be asked for its voices, where that is so. */
  warning: string | undefined;
  /** Of its voices, how many are shown. */
  shown: number;
  total: number;
  onAgain: () => void;
}

/** An engine, how it is, and what to do where it is not well. */
export function EngineHead({ engine, warning, shown, total, onAgain }: Props) {
  const { name, available, reason } = engine;
  const wrong = available ? warning : reason;
  return (
    <>
      <span role="rowheader" className="engine-name">
        <h2>{name}</h2>
        <span className="hint">{kindWords(engine)}</span>
        <span className="hint number">
          {shown === total
            ? total.toLocaleString('en')
            : `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}`}
        </span>
      </span>
      <span role="gridcell" className={`engine-health ${wrong === undefined ? 'well' : 'down'}`}>
        {wrong === undefined ? (
          <>
            <Check size={14} strokeWidth={1.75} aria-hidden />
            <span>Speaks</span>
          </>
        ) : (
          <>
            <CircleAlert size={14} strokeWidth={1.75} aria-hidden />
            <span>
              {wrong}
              {total > 0 && ' What it has spoken before is heard all the same.'}
            </span>
            <button type="button" className="small" onClick={onAgain}>
              Ask again
            </button>
          </>
        )}
      </span>
    </>
  );
}
