import type { Picking } from './pickers.tsx';
import type { PlacedDiagnostic } from './script-check.ts';
import { isCastName } from './script-tags.ts';

interface Props {
  problem: PlacedDiagnostic;
  script: string;
  onPick: (picking: Picking) => void;
}

/** A way out of a problem that leads over a choice, beside the fixes that the server knows. */
export function RemedyFor({ problem: { code, start, end }, script, onPick }: Props) {
  const place = { start, end };
  const named = script.slice(start, end).trim();
  const remedies: Readonly<Record<string, [words: string, picking: Picking] | undefined>> = {
    'script.text_without_voice': ['Choose a default voice', { what: 'voice', name: undefined, place }],
    'script.unknown_voice': isCastName(named)
      ? [`Choose a voice for ${named}`, { what: 'voice', name: named, place }]
      : undefined,
    'script.unknown_effect': ['Find another', { what: 'effects', place }],
    'script.unknown_background': ['Find another', { what: 'background', place }],
  };
  const remedy = remedies[code];
  if (remedy === undefined) return null;
  return (
    <button className="small quiet" onClick={() => onPick(remedy[1])}>
      {remedy[0]}
    </button>
  );
}
