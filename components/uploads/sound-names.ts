/** What the library takes, by endings; the server decides by the bytes. */
const ENDINGS = ['wav', 'wave', 'mp3', 'ogg', 'oga', 'opus', 'flac', 'm4a', 'aac'];
/** Types that say nothing against a sound. */
const NEUTRAL = ['application/octet-stream', 'application/ogg', 'video/ogg', 'video/mp4'];
/** What systems leave in folders. */
const LEFT_BEHIND = /^(\.|(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r)$)/i;

/** For the picker. */
export const ACCEPT = ['audio/*', ...ENDINGS.map(ending => `.${ending}`)].join();
export const FORMATS = 'WAV, MP3, Ogg Vorbis, Opus, FLAC or M4A';

/**
 * Whether a file could be a sound, by its name and the type that the system gives for it. Unknown audio is true, since the
 * server says better what is wrong with it.
 */
export function isSoundByName(name: string, type: string): boolean {
  if (LEFT_BEHIND.test(name)) return false;
  const dot = name.lastIndexOf('.');
  if (dot > 0 && ENDINGS.includes(name.slice(dot + 1).toLowerCase())) return true;
  return type === '' ? dot <= 0 : type.startsWith('audio/') || NEUTRAL.includes(type);
}
