/**
 * Who may keep an answer. Everything that is read here may need a right, so a shared cache may keep only what is the same for
 * everyone, or, where whoever reaches the server may read all (`ACCESS=open`), what never changes.
 */

/** Nobody keeps it: failures, secrets, what a change answers, what is true only now. */
export const NO_STORE = 'private, no-store';

/** A browser keeps it and asks each time whether it still holds. Whoever writes reads their own write. */
export const ASK_AGAIN = 'private, no-cache';

/** The same for everyone until the next release: kept for five minutes, and given for a day more while it is asked for again. */
export const SHARED = 'public, max-age=300, stale-while-revalidate=86400';

/** An address with the hash of what it answers. @param open whether anyone may read it */
export function immutable(open: boolean): string {
  return `${open ? 'public' : 'private'}, max-age=31536000, immutable`;
}
