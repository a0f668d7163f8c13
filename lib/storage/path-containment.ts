import path from 'node:path';

/**
 * Joins `segments` onto `root` and refuses what would lead out of it, whatever dots, separators or absolute parts they hold.
 *
 * @throws Error naming the segments, not the root
 */
export function pathWithin(root: string, ...segments: string[]): string {
  const base = path.resolve(root);
  const target = path.resolve(base, ...segments);
  const relative = path.relative(base, target);
  const outside =
    relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  if (outside || segments.some(segment => segment.includes('\0'))) {
    throw new Error(`not inside its folder: ${JSON.stringify(segments)}`);
  }
  return target;
}
