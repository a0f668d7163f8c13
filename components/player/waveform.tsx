import { player, type PlayableSound } from './player-store.ts';
import './player.css';

export interface WaveformProps {
  /** Null draws the ghost of one that is not known yet. */
  sound: Pick<PlayableSound, 'kind' | 'waveform_url'> | null;
  /** Opened or chosen: in the colour of its kind. */
  active?: boolean;
  /** Played part, 0…1. */
  progress?: number | undefined;
  /** It is in the player, and follows it by itself. */
  playing?: boolean;
  /** Draws the line only, and does not ask for the picture yet. */
  waiting?: boolean;
}

/**
 * The server's picture as a mask, so that the page gives it its colour. Decoration beside the name and figures of its sound. It
 * fills its parent's width and height, and shows a line until the picture is there.
 */
export function Waveform({ sound, active = false, progress, playing = false, waiting = false }: WaveformProps) {
  if (sound === null) return <span className="waveform waveform-ghost" aria-hidden="true" />;
  const played = progress === undefined ? undefined : { '--played': `${progress * 100}%` };
  return (
    <span
      className="waveform"
      data-kind={active ? sound.kind : undefined}
      style={played as React.CSSProperties | undefined}
      aria-hidden="true"
    >
      {waiting ? (
        <span className="waveform-line" />
      ) : (
        <span
          className="waveform-shape"
          style={{ '--picture': `url("${sound.waveform_url}")` } as React.CSSProperties}
        />
      )}
      {playing ? (
        <span className="waveform-head" ref={followPlayer} />
      ) : (
        progress !== undefined && <span className="waveform-head" />
      )}
    </span>
  );
}

/** Moves the playhead without React: sixty times a second, only where one is. */
function followPlayer(head: HTMLElement | null): (() => void) | undefined {
  const style = head?.parentElement?.style;
  if (style === undefined) return undefined;
  const draw = () => {
    const { time, duration } = player.get();
    style.setProperty('--played', `${duration > 0 ? (100 * time) / duration : 0}%`);
  };
  draw();
  const leave = player.subscribe(draw);
  return () => {
    leave();
    style.removeProperty('--played');
  };
}
