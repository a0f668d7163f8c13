/** The house as the linter sees it: which room is on which floor, and what a file's path says about it. */

/** Top floor first. Imports go down or sideways, never up. */
export const FLOORS = [
  { floor: 5, rooms: ['app', 'components', 'instrumentation.ts'] },
  { floor: 4, rooms: ['lib/server', 'lib/http', 'lib/cli'] },
  {
    floor: 3,
    rooms: ['lib/sounds', 'lib/uploads', 'lib/voices', 'lib/audiobooks', 'lib/renders', 'lib/auth', 'lib/starter'],
  },
  {
    floor: 2,
    rooms: [
      'lib/config',
      'lib/logging',
      'lib/metrics',
      'lib/storage',
      'lib/cache',
      'lib/memory',
      'lib/engines',
      'lib/codecs',
      'lib/mixdown',
      'lib/workers',
    ],
  },
  { floor: 1, rooms: ['lib/audio', 'lib/synthesis', 'lib/script', 'lib/timeline', 'lib/mixer'] },
  { floor: 0, rooms: ['lib/base'] },
] as const;

/** Packages with one home: `package` or anything under `package/`, importable only in these rooms, and why. */
export const HOMES: readonly { package: string; rooms: readonly string[]; remedy: string }[] = [
  {
    package: 'server-only',
    rooms: ['lib/server'],
    remedy:
      'only lib/server imports it: leave it out, or move the line to lib/server; scripts and tests run this file too',
  },
  {
    package: 'node:sqlite',
    rooms: ['lib/storage'],
    remedy: 'only lib/storage opens databases: take the Kysely handle as an argument',
  },
  {
    package: 'next/cache',
    rooms: ['lib/server'],
    remedy:
      'only lib/server/cached-read.ts knows it: make a cachedRead there, and drop tags through the Invalidation port',
  },
  {
    package: 'redis',
    rooms: ['lib/cache'],
    remedy: 'only lib/cache talks to Redis: take the CacheStore as an argument',
  },
  {
    package: 'prom-client',
    rooms: ['lib/metrics'],
    remedy: 'only lib/metrics holds metrics objects: add one file with one helper for the event there and call that',
  },
];

const FRAMEWORK = ['next', 'react', 'react-dom'];
/** The lowest floor that knows Next and React. */
export const FRAMEWORK_FLOOR = 4;

/** Roles of `noun.role.ts`; a file of a feature without one is its contract. */
const ROLE = /\.(service|repository|errors|worker|fixture|suite|test|bench)\.tsx?$/;
const TEST = /\.(test|suite|fixture|bench)\.tsx?$/;

export interface Place {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** `lib/sounds`, `app`, …; undefined for what stands outside the house. */
  readonly room: string | undefined;
  /** 0…5; undefined outside the house and for a folder of lib that has no floor yet. */
  readonly floor: number | undefined;
  /** Runs in the browser too: floors 0 and 1, and the contracts of features. */
  readonly pure: boolean;
  /** A test, or what only tests and benches use; no part of the product. */
  readonly test: boolean;
  readonly repository: boolean;
}

/** @param path relative to the project, with `/`; need not exist. */
export function placeOf(path: string): Place {
  const test = TEST.test(path);
  const repository = /\.repository\.ts$/.test(path);
  // A test against the built server stands beside what it tests but drives the whole house.
  const room = /\.int\.test\.tsx?$/.test(path) ? undefined : roomOf(path);
  const floor = FLOORS.find(f => (f.rooms as readonly string[]).includes(room ?? ''))?.floor;
  const contract = floor === 3 && !ROLE.test(path);
  const pure = !test && floor !== undefined && (floor <= 1 || contract);
  return { path, room, floor, pure, test, repository };
}

function roomOf(path: string): string | undefined {
  const [top, second] = path.split('/');
  if (top === 'lib' && second !== undefined) return `lib/${second}`;
  const known = FLOORS.some(f => (f.rooms as readonly (string | undefined)[]).includes(top));
  return known ? top : undefined;
}

export function isFramework(specifier: string): boolean {
  return FRAMEWORK.some(name => isPackage(specifier, name));
}

/** Whether the specifier is the package or one of its subpaths. */
export function isPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}
