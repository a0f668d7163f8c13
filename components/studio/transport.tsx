'use client';

import { CircleAlert, LoaderCircle, LocateFixed, Pause, Play, X } from 'lucide-react';
import type { BookTimeline } from '#lib/renders/render.ts';
import { useStore } from '../store.ts';
import type { BookAudio, BookPlayer } from './book-player.ts';
import { formatPlace, plural } from './studio-words.ts';

interface Props {
  player: BookPlayer;
  audio: BookAudio;
  follows: boolean;
  onFollow: (follows: boolean) => void;
}

const STEP = 5;

/** What plays of the book, in place of the application's player. */
export function Transport({ player, audio, follows, onFollow }: Props) {
  const playing = useStore(player.state, state => state.playing);
  const waiting = useStore(player.state, state => state.waiting);
  const error = useStore(player.state, state => state.error);
  const Act = waiting ? LoaderCircle : playing ? Pause : Play;
  return (
    <section className="transport" aria-label="Transport">
      <button
        className="transport-go"
        aria-label={playing || waiting ? 'Pause' : 'Play'}
        data-turns={waiting || undefined}
        onClick={player.toggle}
      >
        <Act size={16} strokeWidth={1.75} {...(waiting ? {} : { fill: 'currentColor' })} aria-hidden />
      </button>
      <Clock player={player} from={audio.from} />
      <span className="hint transport-title">
        of {formatPlace(audio.from + audio.length)}, {audio.title}
        {waiting && <Speaking timeline={audio.timeline} />}
      </span>
      {error === '' ? (
        <Scrub player={player} length={audio.length} from={audio.from} />
      ) : (
        <p className="transport-error" role="alert">
          <CircleAlert size={16} strokeWidth={1.75} aria-hidden /> {error}
        </p>
      )}
      <button
        className="quiet small transport-follow"
        aria-pressed={follows}
        disabled={audio.timeline === undefined}
        onClick={() => onFollow(!follows)}
      >
        <LocateFixed size={14} strokeWidth={1.75} aria-hidden /> Text follows <kbd aria-hidden="true">F</kbd>
      </button>
      <button className="quiet icon-button" aria-label="Close the transport" onClick={player.close}>
        <X size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </section>
  );
}

/** What a preview waits for. */
function Speaking({ timeline }: { timeline: BookTimeline | undefined }) {
  const units = timeline?.units ?? [];
  const spoken = units.filter(unit => unit.spoken).length;
  return spoken === units.length ? null : `: speaking, ${spoken} of ${plural(units.length, 'unit')}`;
}

function Clock({ player, from }: { player: BookPlayer; from: number }) {
  return <span className="transport-clock">{formatPlace(from + useTenths(player))}</span>;
}

/** Ten steps a second are enough for a clock. */
function useTenths(player: BookPlayer): number {
  return useStore(player.state, state => Math.floor(state.time * 10) / 10);
}

function Scrub({ player, length, from }: { player: BookPlayer; length: number; from: number }) {
  const time = useTenths(player);
  return (
    <input
      type="range"
      className="transport-scrub"
      aria-label="Position"
      aria-valuetext={`${formatPlace(from + time)} of ${formatPlace(from + length)}`}
      min={0}
      max={length}
      step={0.1}
      value={Math.min(time, length)}
      style={{ '--played': `${length > 0 ? (100 * Math.min(time, length)) / length : 0}%` } as React.CSSProperties}
      onChange={event => player.seek(event.currentTarget.valueAsNumber)}
      onKeyDown={event => {
        const by = event.key === 'PageUp' ? STEP : event.key === 'PageDown' ? -STEP : 0;
        if (by === 0) return;
        event.preventDefault();
        player.seek(time + by);
      }}
    />
  );
}
