import { useCallback, useEffect, useRef, useState } from 'react';
import { clipSettings, clipShape } from '#lib/audio/clip-envelope.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { player } from '../player/player-store.ts';
import { playClip, type ClipHandle } from '../player/preview-gain.ts';

/** After the last change of a setting, until it is heard. Milliseconds. */
const HEARD_AFTER = 120;

export interface Preview {
  playing: boolean;
  /** Seconds into the recording; of the playhead while nothing plays, see {@link position}. */
  at: number;
  problem: string | null;
  toggle: () => void;
  /** Moves the playhead, and goes on from there if it plays. */
  seek: (seconds: number) => void;
  /** Where it is at this moment. */
  position: () => number;
}

/** Plays what the sheet shows, saved or not. A change while it plays is heard from the place that it has come to. */
export function usePreview(sound: Sound): Preview {
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const handle = useRef<ClipHandle>(undefined);
  const shape = clipShape({ ...clipSettings(sound.kind, sound), loop: false }, sound.length);
  const rest = at ?? shape.start;

  const start = useCallback((what: Sound, from: number) => {
    setProblem(null);
    setPlaying(true);
    handle.current = playClip(what, what, {
      from,
      onEnd: why => {
        handle.current = undefined;
        setPlaying(false);
        setAt(null);
        setProblem(why);
      },
    });
  }, []);
  const stop = useCallback(() => {
    const position = handle.current?.position();
    handle.current?.stop();
    handle.current = undefined;
    setPlaying(false);
    if (position !== undefined) setAt(position);
  }, []);

  // The other player ends the preview without a word.
  useEffect(() => player.subscribe(() => player.get().playing && stop()), [stop]);
  useEffect(() => stop, [stop]);

  const { volume, fade_in, fade_out, start_at, end_at, duration, loop, crossfade, audio_url } = sound;
  const heard = [volume, fade_in, fade_out, start_at, end_at, duration, loop, crossfade, audio_url].join();
  const latest = useRef(sound);
  useEffect(() => {
    latest.current = sound;
  });
  const first = useRef(heard);
  useEffect(() => {
    if (first.current === heard) return undefined;
    first.current = heard;
    const timer = setTimeout(() => {
      if (handle.current === undefined) return;
      const position = handle.current.position();
      handle.current.stop();
      start(latest.current, position);
    }, HEARD_AFTER);
    return () => clearTimeout(timer);
  }, [heard, start]);

  return {
    playing,
    at: rest,
    problem,
    toggle: () => (playing ? stop() : start(sound, rest)),
    seek: seconds => {
      const to = Math.max(0, Math.min(sound.length, seconds));
      setAt(to);
      if (!playing) return;
      handle.current?.stop();
      start(sound, to);
    },
    position: () => handle.current?.position() ?? rest,
  };
}
