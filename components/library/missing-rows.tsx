import type { SoundListStore } from './list-store.ts';
import './missing-rows.css';

interface Props {
  store: SoundListStore;
  /** Why they did not come, in words. */
  why: string;
  /** Of the list, from 0. */
  first: number;
  last: number;
  /** Pixels from the top of the list. */
  top: number;
  height: number;
}

/** Lies over rows in view that could not be fetched. */
export function MissingRows({ store, why, first, last, top, height }: Props) {
  const number = (index: number) => (index + 1).toLocaleString('en');
  return (
    <div className="rows-missing" role="row" style={{ top, height }}>
      <p role="gridcell">
        <strong>
          Could not load sound{first === last ? '' : 's'} {number(first)}
          {first === last ? '' : ` to ${number(last)}`}
        </strong>
        <span role="status">{why}</span>
        <button onClick={() => store.retry()}>Try again</button>
      </p>
    </div>
  );
}
