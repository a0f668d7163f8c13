import 'server-only';
import { SOUND_KINDS, type SoundKind, type SoundQuery } from '#lib/sounds/sound.ts';
import { libraryTag, soundTag } from '#lib/sounds/sound-tags.ts';
import { VOICES_TAG } from '#lib/voices/voices.ts';
import { cachedRead } from './cached-read.ts';

const NEWEST_ON_START_PAGE = 8;

/** A page of sounds. @throws AppError `request.invalid` for a cursor or a page that cannot be */
export const readSounds = cachedRead(
  { name: 'sounds.list', tags: (kind: SoundKind, _query: SoundQuery) => [libraryTag(kind)] },
  ({ sounds }, kind, query) => sounds.list(kind, query),
);

/** One sound and its entity tag. @throws AppError `sound.not_found` */
export const readSound = cachedRead(
  { name: 'sounds.one', tags: (kind: SoundKind, id: string) => [soundTag(kind, id)] },
  ({ sounds }, kind, id) => sounds.get(kind, id),
);

/** Categories and tags in use, of one kind or of both. */
export const readCategories = cachedRead(
  {
    name: 'sounds.categories',
    tags: (kind: SoundKind | undefined) => (kind === undefined ? SOUND_KINDS : [kind]).map(libraryTag),
  },
  ({ sounds }, kind) => sounds.categories(kind),
);

/** How many sounds are how long, of one kind or of both. */
export const readLengths = cachedRead(
  {
    name: 'sounds.lengths',
    tags: (kind: SoundKind | undefined) => (kind === undefined ? SOUND_KINDS : [kind]).map(libraryTag),
  },
  ({ sounds }, kind) => sounds.lengths(kind),
);

/** What the start page shows of the library. */
export const readStart = cachedRead({ name: 'start', tags: () => SOUND_KINDS.map(libraryTag) }, ({ sounds }) => ({
  totals: sounds.totals(),
  newest: SOUND_KINDS.flatMap(
    kind => sounds.list(kind, { tags: [], sort: 'newest', limit: NEWEST_ON_START_PAGE, page: 1 }).items,
  )
    .sort((a, b) => b.uploaded_at.localeCompare(a.uploaded_at))
    .slice(0, NEWEST_ON_START_PAGE),
}));

/** Everyone who can speak. */
export const readVoices = cachedRead({ name: 'voices.list', ttl: 600, tags: () => [VOICES_TAG] }, ({ voices }) =>
  voices.list(),
);

/** One voice. @throws AppError `speech.voice_not_found`, and as its engine fails */
export const readVoice = cachedRead(
  { name: 'voices.one', ttl: 300, tags: (_id: string) => [VOICES_TAG] },
  ({ voices }, id) => voices.get(id),
);
