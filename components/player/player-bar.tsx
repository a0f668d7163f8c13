'use client';

import { CircleAlert, ListEnd, Mic, Pause, Play, Repeat, Volume2, VolumeX, Waves, Zap } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { formatLength } from '#lib/sounds/sound-words.ts';
import {
  seek,
  seekBy,
  setLoop,
  setVolume,
  switchAutoNext,
  toggle,
  usePlayer,
  type PlayableSound,
} from './player-store.ts';
import { Waveform } from './waveform.tsx';
import './player.css';

const KIND_ICONS = { effects: Zap, background: Waves, voice: Mic } as const;

/** The bar that plays, at the bottom of every page. */
export function PlayerBar({ sound }: { sound: PlayableSound }) {
  const playing = usePlayer(state => state.playing);
  const loop = usePlayer(state => state.loop);
  const autoNext = usePlayer(state => state.autoNext);
  const error = usePlayer(state => state.error);
  const KindIcon = KIND_ICONS[sound.kind];
  const Act = playing ? Pause : Play;
  return (
    <section className="player-bar" aria-label="Player">
      <button
        type="button"
        className="player-go"
        aria-label={`${playing ? 'Pause' : 'Play'} ${sound.name}`}
        onClick={() => toggle()}
      >
        <Act size={16} fill="currentColor" strokeWidth={1.75} />
      </button>
      <div className="player-what">
        <div className="player-name" title={sound.name}>
          {sound.name}
        </div>
        <div className="player-id" data-kind={sound.kind}>
          <KindIcon size={14} strokeWidth={1.75} />
          <span>{sound.id}</span>
        </div>
      </div>
      <Clock />
      {error === null ? (
        <Scrub sound={sound} />
      ) : (
        <p className="player-error" role="alert">
          <CircleAlert size={16} strokeWidth={1.75} />
          <span>{error}</span>
        </p>
      )}
      <span className="player-time player-length">{formatLength(sound.length)}</span>
      <div className="player-ways">
        <button
          type="button"
          className="player-way"
          aria-label="Repeat"
          title="Repeat"
          aria-pressed={loop}
          onClick={() => setLoop(!loop)}
        >
          <Repeat size={16} strokeWidth={1.75} />
        </button>
        <button
          type="button"
          className="player-way"
          aria-label="Play the next of the list"
          title="Play the next of the list"
          aria-pressed={autoNext}
          onClick={() => switchAutoNext(!autoNext)}
        >
          <ListEnd size={16} strokeWidth={1.75} />
        </button>
        <Volume />
      </div>
    </section>
  );
}

function Clock() {
  return <span className="player-time player-now">{usePlayer(state => formatLength(state.time))}</span>;
}

function Scrub({ sound }: { sound: PlayableSound }) {
  // Whole seconds: what reads it out should not hear sixty a second.
  const second = usePlayer(state => Math.floor(state.time));
  const to = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - left) / width) * sound.length);
  };
  return (
    <div
      className="player-scrub"
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={sound.length}
      aria-valuenow={second}
      aria-valuetext={`${inSeconds(second)} of ${inSeconds(sound.length)}`}
      onKeyDown={scrubKeys}
      onPointerDown={event => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        to(event);
      }}
      onPointerMove={event => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) to(event);
      }}
    >
      <Waveform sound={sound} playing />
    </div>
  );
}

function scrubKeys(event: KeyboardEvent): void {
  const step = event.shiftKey ? 0.1 : 1;
  const acts: Readonly<Record<string, () => void>> = {
    ArrowRight: () => seekBy(step),
    ArrowUp: () => seekBy(step),
    ArrowLeft: () => seekBy(-step),
    ArrowDown: () => seekBy(-step),
    PageUp: () => seekBy(10),
    PageDown: () => seekBy(-10),
    Home: () => seek(0),
    End: () => seek(Infinity),
    ' ': () => toggle(),
  };
  const act = acts[event.key];
  if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

function Volume() {
  const volume = usePlayer(state => state.volume);
  const before = useRef(1);
  const Icon = volume === 0 ? VolumeX : Volume2;
  return (
    <>
      <button
        type="button"
        className="player-way"
        aria-label="Mute"
        title="Mute"
        aria-pressed={volume === 0}
        onClick={() => {
          if (volume > 0) before.current = volume;
          setVolume(volume > 0 ? 0 : before.current);
        }}
      >
        <Icon size={16} strokeWidth={1.75} />
      </button>
      <input
        type="range"
        className="player-volume"
        aria-label="Volume"
        aria-valuetext={`${Math.round(volume * 100)} %`}
        min={0}
        max={1}
        step={0.05}
        value={volume}
        style={{ '--volume': volume } as React.CSSProperties}
        onChange={event => setVolume(event.currentTarget.valueAsNumber)}
        // Its arrows are its own: the list moves by them, too.
        onKeyDown={event => /^(Arrow|Home|End|Page)/.test(event.key) && event.stopPropagation()}
      />
    </>
  );
}

/** `0:03`. */
function inSeconds(seconds: number): string {
  return formatLength(Math.floor(seconds)).slice(0, -3);
}
