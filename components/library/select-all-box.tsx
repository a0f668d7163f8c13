import { useStore } from '../store.ts';
import { MOST_SELECTED, type Selection } from './selection.ts';

interface Props {
  selection: Selection;
  /** Sounds that the list shows. */
  total: number;
  onAll: () => void;
}

/** The box above all boxes: ticked where all is selected, half ticked where some are. */
export function SelectAllBox({ selection, total, onAll }: Props) {
  const selected = useStore(selection, ({ sounds }) => sounds.size);
  const all = selected > 0 && selected >= Math.min(total, MOST_SELECTED);
  return (
    <input
      ref={box => {
        if (box !== null) box.indeterminate = selected > 0 && !all;
      }}
      type="checkbox"
      tabIndex={-1}
      checked={all}
      aria-label="Select all"
      aria-keyshortcuts="Control+A"
      onChange={() => (all ? selection.clear() : onAll())}
    />
  );
}
