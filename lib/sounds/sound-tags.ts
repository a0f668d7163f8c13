/** Cache tags of the library: what an answer was computed from, and what a change touches. */
import type { SoundKind } from './sound.ts';

/** Lists, counts and labels of a kind. */
export function libraryTag(kind: SoundKind): string {
  return `sounds:${kind}`;
}

/** One sound. */
export function soundTag(kind: SoundKind, id: string): string {
  return `sound:${kind}:${id}`;
}
