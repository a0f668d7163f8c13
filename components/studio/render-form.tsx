'use client';

import { useEffect } from 'react';
import { useStore } from '../store.ts';
import { depthsOf, FORMATS, RATES, recallWish, setWish, wishedRender } from './render-wishes.ts';

/** What the next render is to be. @param chapters in the book now */
export function RenderForm({ chapters }: { chapters: number }) {
  const wish = useStore(wishedRender, value => value);
  useEffect(recallWish, []);
  return (
    <div className="render-form">
      <label>
        Format
        <select value={wish.format} onChange={event => setWish({ format: event.target.value as typeof wish.format })}>
          {FORMATS.map(format => (
            <option key={format} value={format}>
              {format.toUpperCase()}
            </option>
          ))}
        </select>
      </label>
      <label>
        Sample rate
        <select
          value={wish.sample_rate}
          onChange={event => setWish({ sample_rate: Number(event.target.value) as typeof wish.sample_rate })}
        >
          {RATES.map(rate => (
            <option key={rate} value={rate}>
              {rate / 1000} kHz
            </option>
          ))}
        </select>
      </label>
      <label>
        Channels
        <select
          value={wish.channels}
          onChange={event => setWish({ channels: Number(event.target.value) as typeof wish.channels })}
        >
          <option value={2}>Stereo</option>
          <option value={1}>Mono</option>
        </select>
      </label>
      <label>
        Bit depth
        <select
          value={wish.bit_depth}
          onChange={event => setWish({ bit_depth: Number(event.target.value) as typeof wish.bit_depth })}
        >
          {depthsOf(wish.format).map(depth => (
            <option key={depth} value={depth}>
              {depth} bit{depth === 32 && ' float'}
            </option>
          ))}
        </select>
      </label>
      {wish.bit_depth !== 32 && (
        <label className="setting setting-switch" title="Noise that hides rounding">
          <input type="checkbox" checked={wish.dither} onChange={event => setWish({ dither: event.target.checked })} />
          <span>Dither</span>
        </label>
      )}
      {chapters > 1 && (
        <label className="setting setting-switch">
          <input
            type="checkbox"
            checked={wish.byChapter}
            onChange={event => setWish({ byChapter: event.target.checked })}
          />
          <span>A file for each of {chapters} chapters</span>
        </label>
      )}
    </div>
  );
}
