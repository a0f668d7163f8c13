/** `npm run build`: `next build`, which then carries the fingerprint of its sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const BUILD_ID = path.join(root, '.next/BUILD_ID');
/** Next empties the folder when it builds, so a fingerprint never outlives its build. */
const FINGERPRINT = path.join(root, '.next/SOURCES');

const SOURCES = [
  'app/**/*',
  'components/**/*',
  'lib/**/*',
  'public/**/*',
  '*.{ts,mjs,js,cjs}',
  'package-lock.json',
  'tsconfig.json',
];
const NOT_BUILT = /\.(test|suite|fixture|bench)\.tsx?$|^next-env\.d\.ts$|^(vitest|playwright|eslint)\.config\./;

export type BuildState = 'fresh' | 'stale' | 'missing';

/** Whether `.next` holds a build of the sources as they are now. */
export function buildState(): BuildState {
  if (!existsSync(BUILD_ID)) return 'missing';
  if (!existsSync(FINGERPRINT)) return 'stale';
  return readFileSync(FINGERPRINT, 'utf8') === fingerprint(root) ? 'fresh' : 'stale';
}

/** Builds when there is no fresh build. Returns whether there is one now. */
export function ensureBuild(): boolean {
  const state = buildState();
  if (state === 'fresh') return true;
  console.log(
    state === 'missing' ? 'Building: next build' : 'The sources have changed since the last build: next build',
  );
  return build();
}

function build(): boolean {
  // Taken first: what is edited while Next builds is not in this build for certain.
  const sources = fingerprint(root);
  const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) return false;
  writeFileSync(FINGERPRINT, sources);
  return true;
}

/** A hash of all that a build is made of. By content: a checkout touches every file's time, and a deleted file leaves none. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256').update(`output=${process.env['NEXT_OUTPUT'] ?? ''}\n`);
  for (const entry of globSync(SOURCES, { cwd: folder, withFileTypes: true }).sort(byPath)) {
    const file = path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (!entry.isFile() || NOT_BUILT.test(file)) continue;
    const content = createHash('sha256').update(readFileSync(path.join(folder, file)));
    hash.update(`${file} ${content.digest('hex')}\n`);
  }
  return hash.digest('hex');
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  return path.join(a.parentPath, a.name) < path.join(b.parentPath, b.name) ? -1 : 1;
}

if (import.meta.main) process.exitCode = build() ? 0 : 1;
