'use client';

import { Pause, Play } from 'lucide-react';
import { memo } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import { formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import { isSameSound, toggle, usePlayer } from '../player/player-store.ts';
import { Waveform } from '../player/waveform.tsx';

interface Props {
  /** Undefined while it is on its way. */
  sound: Sound | undefined;
  index: number;
  active: boolean;
  reachable: boolean;
  selected: boolean;
  onActive: (index: number) => void;
  onToggle: (sound: Sound) => void;
  onOpen: (sound: Sound) => void;
}

/** One sound. Drawn thousands of times while scrolling: no state, no listeners of its own beyond what is pressed. */
export const SoundRow = memo(function SoundRow({
  sound,
  index,
  active,
  reachable,
  selected,
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
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onActive(index)}
    >
      {sound === undefined ? (
        <span role="gridcell" className="cell-name" aria-label="Loading" />
      ) : (
        <Cells sound={sound} active={active} selected={selected} onToggle={onToggle} onOpen={onOpen} />
      )}
    </div>
  );
});

function Cells({
  sound,
  active,
  selected,
  onToggle,
  onOpen,
}: { sound: Sound } & Pick<Props, 'active' | 'selected' | 'onToggle' | 'onOpen'>) {
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
        <PlayButton sound={sound} />
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
        <RowWaveform sound={sound} active={active} />
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

/** The bar ends at −60 and at 0 dB. */
function Level({ loudness, peak }: { loudness: number | null; peak: number | null }) {
  const place = (decibels: number | null) => `${Math.max(0, Math.min(1, 1 + (decibels ?? -60) / 60)) * 100}%`;
  return (
    <span className="level" aria-hidden>
      <span style={{ width: place(loudness) }} />
      <i style={{ left: place(peak) }} />
    </span>
  );
}

function PlayButton({ sound }: { sound: Sound }) {
  const playing = usePlayer(player => player.playing && isSameSound(player.sound, sound));
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

function RowWaveform({ sound, active }: { sound: Sound; active: boolean }) {
  const loaded = usePlayer(player => isSameSound(player.sound, sound));
  return <Waveform sound={sound} active={active} playing={loaded} />;
}
