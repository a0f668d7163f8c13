'use client';

import { useState } from 'react';
import { WaveHandle } from '../sheet/wave-handle.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { LengthBars } from './length-bars.tsx';
import {
  edgeAt,
  edgeBeside,
  edgesOf,
  placeOf,
  secondsInWords,
  secondsOf,
  withHandleAt,
  type LengthRange as Range,
  type LengthScale,
} from './length-scale.ts';

/** As the address holds them; empty for none. */
export interface LengthTexts {
  min_length: string;
  max_length: string;
}

interface Props {
  anchor: HTMLElement;
  /** Undefined where the library has no sound: the fields are there all the same. */
  scale: LengthScale | undefined;
  texts: LengthTexts;
  onChange: (texts: LengthTexts) => void;
  onClose: () => void;
}

const SIDES = [
  { side: 'min', field: 'min_length', label: 'From', handle: 'Shortest', none: 'any length' },
  { side: 'max', field: 'max_length', label: 'To', handle: 'Longest', none: 'any length' },
] as const;

/** How long a sound may be: two handles on the library's histogram, and a field for each where it must be exact. */
export function LengthRange({ anchor, scale, texts, onChange, onClose }: Props) {
  const range = rangeOf(texts);
  const place = ({ min, max }: Range) =>
    onChange({ min_length: min === null ? '' : String(min), max_length: max === null ? '' : String(max) });
  return (
    <FilterPopover anchor={anchor} label="Length" className="length-range" onClose={onClose}>
      {scale !== undefined && <Histogram scale={scale} range={range} onChange={place} />}
      <LengthFields texts={texts} isFirst={scale === undefined} onChange={onChange} />
    </FilterPopover>
  );
}

function Histogram({ scale, range, onChange }: { scale: LengthScale; range: Range; onChange: (range: Range) => void }) {
  const edges = edgesOf(scale);
  const [shortest, longest] = [edges[0]!, edges.at(-1)!];
  const value = { min: range.min ?? shortest, max: range.max ?? longest };
  return (
    <div className="length-axis">
      <LengthBars scale={scale} range={range} />
      {SIDES.map(({ side, handle, none }) => (
        <WaveHandle
          key={side}
          label={handle}
          className="length-handle"
          left={`${placeOf(scale, value[side]) * 100}%`}
          value={value[side]}
          min={Math.min(shortest, value[side])}
          max={Math.max(longest, value[side])}
          valueText={range[side] === null ? none : secondsInWords(value[side])}
          onStep={steps => onChange(withHandleAt(scale, range, side, edgeBeside(scale, value[side], steps)))}
          onEnd={end => onChange(withHandleAt(scale, range, side, end === 'min' ? 0 : edges.length - 1))}
          onDrag={x => onChange(withHandleAt(scale, range, side, edgeAt(scale, x)))}
        />
      ))}
      <p className="length-ticks" aria-hidden>
        <span>{secondsInWords(shortest)}</span>
        {TICKS.filter(tick => isInside(placeOf(scale, tick))).map(tick => (
          <span key={tick} style={{ left: `${placeOf(scale, tick) * 100}%` }}>
            {secondsInWords(tick)}
          </span>
        ))}
        <span>{secondsInWords(longest)}</span>
      </p>
    </div>
  );
}

const TICKS = [1, 10, 60, 600, 3600];
/** Far enough from the ends for the words there. */
const isInside = (place: number) => place > 0.15 && place < 0.85;

function LengthFields({
  texts,
  isFirst,
  onChange,
}: {
  texts: LengthTexts;
  isFirst: boolean;
  onChange: (texts: LengthTexts) => void;
}) {
  const [draft, setDraft] = useState(texts);
  const [shown, setShown] = useState(texts);
  // A handle was moved, or the filter cleared. What one types oneself, `3.` on the way to `3.5`, stays as it is.
  if (shown.min_length !== texts.min_length || shown.max_length !== texts.max_length) {
    setShown(texts);
    if (meant(draft.min_length) !== texts.min_length || meant(draft.max_length) !== texts.max_length) setDraft(texts);
  }
  const problem = problemOf(draft);
  return (
    <div className="length-fields">
      {SIDES.map(({ field, label }, index) => (
        <label key={field}>
          {label}
          <span>
            <input
              inputMode="decimal"
              maxLength={12}
              placeholder="any"
              value={draft[field]}
              data-first={isFirst && index === 0 ? '' : undefined}
              aria-invalid={problem !== undefined}
              aria-describedby="length-hint"
              onKeyDown={event => {
                if (event.key === 'Enter') event.preventDefault();
              }}
              onChange={event => {
                const next = { ...draft, [field]: event.target.value.replace(',', '.').trim() };
                setDraft(next);
                if (problemOf(next) !== undefined) return;
                onChange({ min_length: meant(next.min_length), max_length: meant(next.max_length) });
              }}
            />
            s
          </span>
        </label>
      ))}
      <p id="length-hint" className={problem === undefined ? 'hint' : 'hint wrong'} role="status">
        {problem ?? 'Seconds, to the thousandth.'}
      </p>
    </div>
  );
}

/** What the address holds for what is typed. */
function meant(text: string): string {
  return text.replace(/\.$/, '');
}

function problemOf(texts: LengthTexts): string | undefined {
  for (const { field, label } of SIDES) {
    const text = meant(texts[field]);
    if (text !== '' && secondsOf(text) === null) return `${label} must be a number of seconds, such as 2.5.`;
  }
  const { min, max } = rangeOf({ min_length: meant(texts.min_length), max_length: meant(texts.max_length) });
  return min !== null && max !== null && min > max ? 'From is longer than To, so nothing would fit.' : undefined;
}

export function rangeOf({ min_length, max_length }: LengthTexts): Range {
  return { min: secondsOf(min_length), max: secondsOf(max_length) };
}
