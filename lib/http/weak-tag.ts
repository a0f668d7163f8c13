import { createHash } from 'node:crypto';

/** A weak entity tag of a text that was made for this answer. */
export function weakTag(text: string): string {
  return `W/"${createHash('sha1').update(text).digest('base64url')}"`;
}
