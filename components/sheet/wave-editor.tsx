import { useEffect, useRef, type CSSProperties, type PointerEvent } from 'react';
import { clipFades, clipSettings, clipShape } from '#lib/audio/clip-envelope.ts';
import { MAX_GAIN } from '#lib/sounds/sound-limits.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { writeDecibels, writeSeconds } from './sheet-fields.ts';
import type { Preview } from './use-preview.ts';
import { WaveHandle } from './wave-handle.tsx';
import { gainOfHeight, heightOfGain, stepGain, tickText, ticksOf, toHundredth } from './wave-scale.ts';

/** Seconds that are left of a clip, whatever is dragged. */
const LEAST = 0.01;
const HEIGHT = 128;

interface Props {
  /** As it is wanted, saved or not. */
  sound: Sound;
  preview: Preview;
  onEdit: <F extends 'volume' | 'fade_in' | 'fade_out' | 'start_at' | 'end_at'>(name: F, value: Sound[F]) => void;
}

/** The waveform with its trim edges, fade corners and volume, each to be dragged, and each a field below as well. */
export function WaveEditor({ sound, preview, onEdit }: Props) {
  const { length } = sound;
  const settings = clipSettings(sound.kind, sound);
  const { start, end } = clipShape({ ...settings, loop: false }, length);
  const { fadeIn, fadeOut } = clipFades(settings, end - start);
  const percent = (seconds: number) => (100 * seconds) / length;
  const top = 50 - 50 * heightOfGain(settings.volume);
  const gainText = `${writeDecibels(settings.volume)} dB`;

  const setStart = (seconds: number) => {
    const last = Math.max(0, Math.min(settings.end_at ?? length, length) - LEAST);
    const at = toHundredth(Math.max(0, Math.min(last, seconds)));
    onEdit('start_at', at === 0 ? null : at);
  };
  const setEnd = (seconds: number) => {
    const at = toHundredth(Math.max(start + LEAST, seconds));
    onEdit('end_at', at >= toHundredth(length) ? null : at);
  };
  const setFadeIn = (seconds: number) =>
    onEdit('fade_in', toHundredth(Math.max(0, Math.min(end - start - fadeOut, seconds))));
  const setFadeOut = (seconds: number) =>
    onEdit('fade_out', toHundredth(Math.max(0, Math.min(end - start - fadeIn, seconds))));

  const x = { start: percent(start), end: percent(end), in: percent(start + fadeIn), out: percent(end - fadeOut) };
  const mask = { '--picture': `url("${sound.waveform_url}")` } as CSSProperties;
  // A label is 12 % wide, that of the volume, in the middle, 17 %.
  const flat = x.out - x.in;
  const inPlace = flat > 46 ? 'after' : flat > 13 && x.in > 16 ? 'before' : undefined;
  const outPlace = flat > 13 && x.out < 84 ? 'after' : flat > 46 ? 'before' : undefined;
  return (
    <div className="sheet-wave" data-kind={sound.kind}>
      <div className="sheet-wave-area" onPointerDown={event => scrub(event, length, preview.seek)}>
        <span className="sheet-shape sheet-shape-off" style={mask} aria-hidden="true" />
        <span
          className="sheet-shape"
          style={{ ...mask, clipPath: `inset(0 ${100 - x.end}% 0 ${x.start}%)` }}
          aria-hidden="true"
        />
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path className="sheet-middle" d="M0 50H100" />
          <path className="sheet-edge" d={`M${x.start} 0V100M${x.end} 0V100`} />
          <path className="sheet-gain" d={`M${x.start} 50L${x.in} ${top}H${x.out}L${x.end} 50`} />
        </svg>
        <Playhead sound={sound} preview={preview} />
        <WaveHandle
          label="Start"
          className="sheet-handle-start"
          left={`${x.start}%`}
          value={toHundredth(start)}
          min={0}
          max={toHundredth(Math.max(0, end - LEAST))}
          valueText={`${writeSeconds(toHundredth(start))} s`}
          onStep={steps => setStart(start + steps * 0.01)}
          onEnd={side => setStart(side === 'min' ? 0 : end)}
          onDrag={at => setStart(at * length)}
        />
        <WaveHandle
          label="End"
          className="sheet-handle-end"
          left={`${x.end}%`}
          value={toHundredth(end)}
          min={toHundredth(start + LEAST)}
          max={toHundredth(length)}
          valueText={`${writeSeconds(toHundredth(end))} s`}
          onStep={steps => setEnd(end + steps * 0.01)}
          onEnd={side => setEnd(side === 'min' ? start : length)}
          onDrag={at => setEnd(at * length)}
        />
        <WaveHandle
          label="Volume"
          className="sheet-handle-volume"
          left={`${(x.in + x.out) / 2}%`}
          top={`${top}%`}
          value={Math.round(settings.volume * 1000) / 1000}
          min={0}
          max={MAX_GAIN}
          valueText={gainText}
          onStep={steps => onEdit('volume', stepGain(settings.volume, steps * 0.1))}
          onEnd={side => onEdit('volume', side === 'min' ? 0 : MAX_GAIN)}
          onDrag={(_, at) => onEdit('volume', gainOfHeight(1 - 2 * at))}
        />
        <WaveHandle
          label="Fade in"
          className="sheet-handle-fade"
          left={`${x.in}%`}
          top={`${top}%`}
          value={toHundredth(fadeIn)}
          min={0}
          max={toHundredth(end - start - fadeOut)}
          valueText={`${writeSeconds(toHundredth(fadeIn))} s`}
          onStep={steps => setFadeIn(fadeIn + steps * 0.01)}
          onEnd={side => setFadeIn(side === 'min' ? 0 : length)}
          onDrag={at => setFadeIn(at * length - start)}
        />
        <WaveHandle
          label="Fade out"
          className="sheet-handle-fade"
          left={`${x.out}%`}
          top={`${top}%`}
          value={toHundredth(fadeOut)}
          min={0}
          max={toHundredth(end - start - fadeIn)}
          valueText={`${writeSeconds(toHundredth(fadeOut))} s`}
          reversed
          onStep={steps => setFadeOut(fadeOut + steps * 0.01)}
          onEnd={side => setFadeOut(side === 'min' ? 0 : length)}
          onDrag={at => setFadeOut(end - at * length)}
        />
        <WaveLabel at={(x.in + x.out) / 2} top={top} place="middle" text={gainText} />
        {fadeIn > 0 && inPlace !== undefined && (
          <WaveLabel at={x.in} top={top} place={inPlace} text={`${writeSeconds(toHundredth(fadeIn))} s`} />
        )}
        {fadeOut > 0 && outPlace !== undefined && (
          <WaveLabel at={x.out} top={top} place={outPlace} text={`${writeSeconds(toHundredth(fadeOut))} s`} />
        )}
      </div>
      <div className="sheet-ruler" aria-hidden="true">
        {ticksOf(length).map(tick => (
          <span key={tick} style={{ left: `${percent(tick)}%` }}>
            {tickText(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface LabelProps {
  /** Percent of the width, and of the height. */
  at: number;
  top: number;
  place: 'before' | 'middle' | 'after';
  text: string;
}

/** Above its handle where there is room, else below it. */
function WaveLabel({ at, top, place, text }: LabelProps) {
  const y = (top / 100) * HEIGHT;
  const beside = place !== 'middle';
  const above = y - (beside ? 22 : 24);
  return (
    <span
      className={`sheet-label sheet-label-${place}`}
      style={{ left: `${at}%`, top: above >= 2 ? above : y + (beside ? 2 : 8) }}
      aria-hidden="true"
    >
      {text}
    </span>
  );
}

/** Moves sixty times a second without React. */
function Playhead({ sound, preview }: Pick<Props, 'sound' | 'preview'>) {
  const line = useRef<HTMLSpanElement>(null);
  const { playing, at, position, seek } = preview;
  const place = (seconds: number) => `${(100 * seconds) / sound.length}%`;
  useFrames(playing, () => {
    if (line.current !== null) line.current.style.left = place(position());
  });
  return (
    <span ref={line} className="sheet-playhead" style={{ left: place(playing ? position() : at) }}>
      <WaveHandle
        label="Playhead"
        className="sheet-handle-playhead"
        left="0"
        value={toHundredth(at)}
        min={0}
        max={toHundredth(sound.length)}
        valueText={formatLength(at)}
        onStep={steps => seek(position() + steps * 0.01)}
        onEnd={side => seek(side === 'min' ? 0 : sound.length)}
        onDrag={() => undefined}
      />
    </span>
  );
}

/** Calls back before each frame while `active`. */
export function useFrames(active: boolean, draw: () => void): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    if (!active) return undefined;
    let frame = 0;
    const tick = () => {
      latest.current();
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [active]);
}

function scrub(event: PointerEvent<HTMLElement>, length: number, seek: (seconds: number) => void): void {
  if (event.button !== 0 || (event.target as HTMLElement).closest('[role="slider"]') !== null) return;
  const area = event.currentTarget;
  const box = area.getBoundingClientRect();
  const to = (x: number) => seek(length * Math.max(0, Math.min(1, (x - box.left) / box.width)));
  to(event.clientX);
  const move = (moved: globalThis.PointerEvent) => to(moved.clientX);
  area.setPointerCapture(event.pointerId);
  area.addEventListener('pointermove', move);
  area.addEventListener('lostpointercapture', () => area.removeEventListener('pointermove', move), { once: true });
}
