import { DUCKING, type Timeline } from '#lib/timeline/timeline.ts';
import { limiterWindow } from './limiter.ts';

/**
 * What of a timeline decides how the frames from `from` to `to` sound, at the same positions: a mixer of it gives them with the same
 * bits. To be sent to a thread in place of a whole book.
 */
export function excerpt(timeline: Timeline, from: number, to: number): Timeline {
  const { sampleRate, speech, effects, beds } = timeline;
  const { behind, ahead } = limiterWindow(sampleRate);
  const [first, last] = [from - behind, to + ahead];
  const sounds = ({ start, frames }: { start: number; frames: number }) => start < last && start + frames > first;
  // Whether beds rise between two units depends on where the next one is, and on where the last one was.
  const around = Math.ceil((DUCKING.holdThrough + DUCKING.down + DUCKING.up) * sampleRate);
  return {
    ...timeline,
    chapters: [],
    speech: speech.filter(({ start, frames }) => start < last + around && start + frames > first - around),
    effects: effects.filter(sounds),
    beds: beds.filter(sounds),
  };
}

/** The names of all sources that a timeline plays. */
export function sourcesOf({ speech, effects, beds }: Timeline): Set<string> {
  const names = new Set([...speech, ...effects, ...beds].map(({ source }) => source));
  names.delete('');
  return names;
}
