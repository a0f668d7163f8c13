/**
 * One text for a read and its arguments. Different arguments have different texts: `1` and `"1"`, `null` and nothing, `0` and `-0`
 * differ. The order of an object's members and members that are undefined make no difference, because they make none to who reads
 * them.
 *
 * @throws TypeError for what is neither text, number, boolean, null, undefined nor a list or plain object of these: two dates, for
 *   instance, have no members to tell them apart
 */
export function cacheKey(name: string, version: number, args: readonly unknown[]): string {
  return `${name}@${version}${textOf(args)}`;
}

function textOf(part: unknown): string {
  if (typeof part === 'string') return JSON.stringify(part);
  if (typeof part === 'number') return Object.is(part, -0) ? '-0' : String(part);
  if (typeof part === 'boolean' || part === undefined || part === null) return String(part);
  if (Array.isArray(part)) return `[${part.map(textOf).join()}]`;
  if (isPlain(part)) return membersOf(part as Record<string, unknown>);
  throw new TypeError(`${Object.prototype.toString.call(part)} cannot be told apart in a cache key`);
}

function membersOf(part: Readonly<Record<string, unknown>>): string {
  const members = Object.keys(part)
    .filter(name => part[name] !== undefined)
    .sort()
    .map(name => `${JSON.stringify(name)}:${textOf(part[name])}`);
  return `{${members.join()}}`;
}

function isPlain(part: unknown): boolean {
  if (typeof part !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(part);
  return prototype === Object.prototype || prototype === null;
}
