'use client';

import { Pause, Play } from 'lucide-react';
import { memo, useState } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import { toggle } from '../player/player-store.ts';
import { Waveform } from '../player/waveform.tsx';

interface Props {
  /** Undefined while it is on its way. */
  sound: Sound | undefined;
  index: number;
  /** Pixels from the top of the list; undefined where rows follow each other. */
  top: number | undefined;
  active: boolean;
  reachable: boolean;
  selected: boolean;
  /** What the player does with it. */
  heard: Heard;
  /** The list passes too fast for pictures. */
  hurried: boolean;
  onActive: (index: number) => void;
  onToggle: (sound: Sound) => void;
  onOpen: (sound: Sound) => void;
}

/** Undefined for a sound that is not in the player. */
export type Heard = 'playing' | 'paused' | undefined;

/** One sound. Drawn thousands of times while scrolling: few elements, nothing subscribed to, no listeners beyond what is pressed. */
export const SoundRow = memo(function SoundRow({
  sound,
  index,
  top,
  active,
  reachable,
  selected,
  heard,
  hurried,
  onActive,
  onToggle,
  onOpen,
}: Props) {
  return (
    <div
      className={`row ${active ? 'active' : ''} ${selected ? 'selected' : ''} ${sound === undefined ? 'ghost' : ''}`}
      aria-busy={sound === undefined}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      style={top === undefined ? undefined : { top }}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onActive(index)}
    >
      {sound === undefined ? (
        <span role="gridcell" className="cell-name" aria-label="Loading" />
      ) : (
        <Cells
          sound={sound}
          active={active}
          selected={selected}
          heard={heard}
          hurried={hurried}
          onToggle={onToggle}
          onOpen={onOpen}
        />
      )}
    </div>
  );
});

function Cells({
  sound,
  active,
  selected,
  heard,
  hurried,
  onToggle,
  onOpen,
}: { sound: Sound } & Pick<Props, 'active' | 'selected' | 'heard' | 'hurried' | 'onToggle' | 'onOpen'>) {
  return (
    <>
      <span role="gridcell" className="cell-check">
        <input
          type="checkbox"
          checked={selected}
          tabIndex={-1}
          aria-label={`Select ${sound.name}`}
          onChange={() => onToggle(sound)}
        />
      </span>
      <span role="gridcell" className="cell-play">
        <PlayButton sound={sound} playing={heard === 'playing'} />
      </span>
      <span role="rowheader" className="cell-name">
        <a
          href={`/sounds/${sound.kind}/${sound.id}`}
          tabIndex={-1}
          onClick={event => {
            // With a modifier it is a link like any other.
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            onOpen(sound);
          }}
        >
          {sound.name}
        </a>
        <code>{sound.id}</code>
      </span>
      <span role="gridcell" className="cell-wave">
        <RowWaveform sound={sound} active={active} loaded={heard !== undefined} hurried={hurried} />
      </span>
      <span role="gridcell" className="cell-category">
        {sound.category}
      </span>
      <span role="gridcell" className="cell-tags">
        {sound.tags.length > 0 && <span className="tag">{sound.tags[0]}</span>}
        {sound.tags.length > 1 && <span className="more">+{sound.tags.length - 1}</span>}
      </span>
      <span role="gridcell" className="number">
        {formatLength(sound.length)}
      </span>
      <span role="gridcell" className="cell-level number">
        <Level loudness={sound.loudness_lufs} peak={sound.peak_dbfs} />
        {formatLevel(sound.loudness_lufs)}
      </span>
    </>
  );
}

/** The bar ends at −60 and at 0 dB; its fill is the loudness, its tick the peak. */
function Level({ loudness, peak }: { loudness: number | null; peak: number | null }) {
  const place = (decibels: number | null) => Math.max(0, Math.min(1, 1 + (decibels ?? -60) / 60));
  return (
    <span
      className="level"
      style={{ '--loudness': place(loudness), '--peak': place(peak) } as React.CSSProperties}
      aria-hidden
    />
  );
}

function PlayButton({ sound, playing }: { sound: Sound; playing: boolean }) {
  return (
    // Without JavaScript it leads to the recording itself.
    <a
      href={sound.audio_url}
      role="button"
      tabIndex={-1}
      aria-label={`${playing ? 'Pause' : 'Play'} ${sound.name}`}
      onClick={event => {
        event.preventDefault();
        toggle(sound);
      }}
    >
      {playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
    </a>
  );
}

function RowWaveform({
  sound,
  active,
  loaded,
  hurried,
}: { sound: Sound; loaded: boolean } & Pick<Props, 'active' | 'hurried'>) {
  // What is there once stays, also when the list is in a hurry again.
  const [drawn, setDrawn] = useState(!hurried);
  if (!hurried && !drawn) setDrawn(true);
  return <Waveform sound={sound} active={active} playing={loaded} waiting={!drawn && !loaded} />;
}
