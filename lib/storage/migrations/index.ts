import { pendingBlobs } from './0001-pending-blobs.ts';
import { sounds } from './0002-sounds.ts';
import { soundSearch } from './0003-sound-search.ts';
import { soundLengths } from './0004-sound-lengths.ts';
import { audiobooks } from './0005-audiobooks.ts';
import { renderParts } from './0006-render-parts.ts';
import { speechFacts } from './0007-speech-facts.ts';
import { bookDefaults } from './0008-book-defaults.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** Every migration in order. New ones go at the end; released ones are never edited. */
export const MIGRATIONS: readonly Migration[] = [
  pendingBlobs,
  sounds,
  soundSearch,
  soundLengths,
  audiobooks,
  renderParts,
  speechFacts,
  bookDefaults,
];
