/** RFC 9110, 13.1.2: weak comparison, `*` matches whatever exists. True where the sender has no such version. */
export function noneMatch(header: string | null, tag: string): boolean {
  if (header === null) return true;
  return !(header.trim() === '*' || tagsOf(header).some(candidate => opaque(candidate) === opaque(tag)));
}

/** RFC 9110, 13.1.1: strong comparison; weak tags never match. An absent header matches. */
export function strongMatch(header: string | null, tag: string): boolean {
  if (header === null || header.trim() === '*') return true;
  return tagsOf(header).includes(tag);
}

function tagsOf(header: string): string[] {
  return [...header.matchAll(/(?:W\/)?"[^"]*"/g)].map(match => match[0]);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
