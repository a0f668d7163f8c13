/** Who is in a book. */
import type { Cast } from '#lib/audiobooks/audiobook.ts';
import { isCastName } from './script-tags.ts';

/** Somebody in the book. */
export interface CastMember {
  name: string;
  /** Id of the voice; undefined where nobody was chosen. */
  voice: string | undefined;
  /** Tags that name them. */
  uses: number;
}

/** Those whom the script names, in the order of their first words, then those whom only the cast has. */
export function castMembers(
  cast: Cast,
  named: ReadonlyMap<string, number>,
  voices: ReadonlyMap<string, unknown>,
): CastMember[] {
  const spoken = [...named].filter(([name]) => isCastName(name) || name in cast);
  return [
    ...spoken.map(([name, uses]) => ({ name, uses, voice: cast[name] ?? (voices.has(name) ? name : undefined) })),
    ...Object.entries(cast)
      .filter(([name]) => !named.has(name))
      .map(([name, voice]) => ({ name, voice, uses: 0 })),
  ];
}
