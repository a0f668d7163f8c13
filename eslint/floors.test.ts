import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { FLOORS } from './floors.ts';
import { house } from './house.ts';

const root = path.join(import.meta.dirname, '..');

// Only the rules of the house, without types: the planted files do not exist.
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.{ts,tsx}'],
      languageOptions: { parser: tseslint.parser },
      linterOptions: { noInlineConfig: true },
      plugins: { house },
      rules: { 'house/imports': 'error', 'house/doors': 'error' },
    },
  ],
});

async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return result?.messages.map(m => m.message) ?? ['not linted'];
}

const UP = 'hand it down as an argument, or move the line: see docs/architecture.md';

/** Each breach with the remedy that its report must name. */
const BREACHES: [about: string, file: string, code: string, remedy: string][] = [
  ['an import from the floor above', 'lib/base/a.ts', "import { a } from '#lib/audio/a.ts';", UP],
  ['a re-export from above', 'lib/audio/a.ts', "export { a } from '#lib/sounds/sound.ts';", UP],
  ['a re-export of everything from above', 'lib/audio/a.ts', "export * from '#lib/sounds/sound.ts';", UP],
  ['a lazy import from above', 'lib/storage/a.ts', "await import('#lib/sounds/sound.service.ts');", UP],
  ['a lazy import in backticks', 'lib/storage/a.ts', 'await import(`#lib/sounds/sound.service.ts`);', UP],
  ['a type from above', 'lib/storage/a.ts', "import type { A } from '#lib/sounds/sound.ts';", UP],
  ['a type written as an import', 'lib/storage/a.ts', "type A = import('#lib/sounds/sound.ts').A;", UP],
  ['a relative import from above', 'lib/storage/a.ts', "import { a } from '../sounds/sound.ts';", UP],
  ['an import out of the composition root', 'lib/sounds/a.service.ts', "import { a } from '#lib/server/house.ts';", UP],
  ['an import of a component', 'lib/http/a.ts', "import { A } from '../../components/a.tsx';", UP],
  ['an import of a script', 'app/page.tsx', "import { a } from '../scripts/a.ts';", 'outside the house'],
  ['a unit test that reaches up', 'lib/storage/a.test.ts', "import { a } from '#lib/sounds/sound.ts';", UP],
  ['a room without a floor', 'lib/attic/a.ts', "import { a } from 'zod';", 'give it one in eslint/floors.ts'],

  [
    'Next below floor 4',
    'lib/sounds/a.service.ts',
    "import { a } from 'next/headers';",
    'take plain values as arguments',
  ],
  ['a second cache', 'lib/http/a.ts', "import { unstable_cache } from 'next/cache';", 'make a cachedRead there'],
  ['a second Redis', 'lib/server/a.ts', "import { createClient } from 'redis';", 'take the CacheStore'],
  ['React below floor 4', 'lib/storage/a.ts', "import { cache } from 'react';", 'move the line to lib/http'],
  ['server-only outside lib/server', 'lib/http/a.ts', "import 'server-only';", 'leave it out, or move the line'],
  ['a second database', 'lib/sounds/a.repository.ts', "import { DatabaseSync } from 'node:sqlite';", 'Kysely handle'],
  ['a second metrics registry', 'lib/sounds/a.service.ts', "import { Counter } from 'prom-client';", 'one helper'],

  ['Node in floor 0', 'lib/base/a.ts', "import fs from 'node:fs';", 'take what it gives as an argument'],
  ['Node in floor 1', 'lib/audio/a.ts', "import { Buffer } from 'buffer';", 'move the line to an adapter'],
  ['Node in a contract', 'lib/sounds/sound.ts', "import { createHash } from 'node:crypto';", '.service.ts'],
  [
    'a contract that loads an adapter',
    'lib/sounds/sound.ts',
    "import { a } from '#lib/storage/a.ts';",
    'only its types',
  ],
  [
    'a contract that loads a service',
    'lib/sounds/sound.ts',
    "import { a } from './sound.service.ts';",
    'only its types',
  ],

  ['test support in the product', 'lib/sounds/a.service.ts', "import { a } from './a.fixture.ts';", 'for tests only'],

  [
    'a relative import of another room',
    'lib/sounds/sound.service.ts',
    "import { a } from '../base/a.ts';",
    'write #lib/base/a.ts',
  ],
  ['the same from a page', 'app/page.tsx', "import { a } from '../lib/base/a.ts';", 'write #lib/base/a.ts'],
  ['an import without ending', 'lib/sounds/sound.service.ts', "import { a } from './sound';", 'write ./sound.ts'],
  ['the ending .js', 'lib/sounds/sound.service.ts', "import { a } from '#lib/base/a.js';", 'write #lib/base/a.ts'],

  ['the environment', 'lib/server/a.ts', 'process.env.PORT;', 'lib/config/variables.ts'],
  ['the environment by brackets', 'lib/server/a.ts', "process['env']['PORT'];", 'lib/config/env.ts'],
  ['the environment of globalThis', 'app/page.tsx', 'globalThis.process?.env;', 'lib/config/env.ts'],
  ['the environment taken apart', 'lib/storage/a.ts', 'const { env } = process;', 'lib/config/env.ts'],
  ['the environment imported', 'lib/storage/a.ts', "import { env } from 'node:process';", 'lib/config/env.ts'],
  ['process imported', 'lib/storage/a.ts', "import process from 'node:process'; process.env.A;", 'lib/config/env.ts'],
  ['a thread of one’s own', 'lib/codecs/a.ts', "new Worker(new URL('./a.worker.ts', import.meta.url));", 'the pool'],
  ['the wall clock', 'lib/sounds/a.service.ts', 'Date.now();', 'take a Clock'],
  ['a new Date of now', 'lib/storage/a.ts', 'new Date();', 'take a Clock'],
  ['Date called', 'lib/audio/a.ts', 'Date();', '#lib/base/clock.ts'],
  ['formData', 'app/api/a/route.ts', 'const form = await request.formData();', 'stream it'],
  ['arrayBuffer', 'lib/uploads/a.service.ts', 'await request.arrayBuffer();', 'formidable'],
  ['blob', 'lib/http/a.ts', 'await request.blob();', 'stream it'],
  ['the sql tag', 'lib/sounds/a.service.ts', "import { sql } from 'kysely';", '*.repository.ts'],
  ['a query in a service', 'lib/sounds/a.service.ts', "db.selectFrom('sounds');", 'add a method'],
  ['a statement in a page', 'app/page.tsx', "db.prepare('select 1');", '*.repository.ts'],
  ['a script of SQL', 'lib/server/a.ts', 'db.exec(`\n  pragma user_version`);', '*.repository.ts'],
];

const LEGAL: [about: string, file: string, code: string][] = [
  ['downwards', 'lib/sounds/sound.service.ts', "import { a } from '#lib/storage/a.ts';"],
  ['sideways', 'lib/uploads/upload.service.ts', "import { a } from '#lib/sounds/sound.service.ts';"],
  ['within the room', 'lib/sounds/sound.service.ts', "export * from './sound.ts';"],
  ['the library through its door', 'app/page.tsx', "import { a } from '#lib/server/house.ts'; import 'next/link';"],
  ['a component', 'app/page.tsx', "import { A } from '../components/a';"],
  ['Next at the edge', 'lib/http/a.ts', "import { a } from 'next/server';"],
  ['server-only at home', 'lib/server/a.ts', "import 'server-only';"],
  ['Node in a service', 'lib/sounds/sound.service.ts', "import fs from 'node:fs';"],
  ['Node in a test of floor 0', 'lib/base/a.test.ts', "import fs from 'node:fs';"],
  ['test support in a test', 'lib/sounds/a.test.ts', "import { a } from './a.fixture.ts';"],
  ['Node in test support', 'lib/sounds/a.fixture.ts', "import fs from 'node:fs'; Date.now();"],
  ['types of an adapter in a contract', 'lib/sounds/sound.ts', "import type { A } from '#lib/storage/a.ts';"],
  ['a contract in a contract', 'lib/uploads/upload.ts', "import { a } from '#lib/sounds/sound.ts';"],
  ['JSON', 'lib/script/a.ts', "import a from './a.json' with { type: 'json' };"],
  [
    'the version in the composition root',
    'lib/server/a.ts',
    "import pkg from '../../package.json' with { type: 'json' };",
  ],
  ['anything, in a test of the built server', 'lib/base/a.int.test.ts', "import '../../e2e/support/server.ts';"],
  ['anything, in a script', 'scripts/a.ts', "import { a } from '#lib/server/house.ts'; process.env.A; Date.now();"],

  ['the environment at its door', 'lib/config/env.ts', 'process.env;'],
  ['a constant of the bundler', 'instrumentation.ts', "if (process.env.NEXT_RUNTIME === 'nodejs') start();"],
  ['a variable named process', 'lib/audio/a.ts', 'function f(process) { return process.env; }'],
  ['a thread in the pool', 'lib/workers/pool.ts', 'new Worker(url);'],
  ['the clock at its door', 'lib/base/clock.ts', 'new Date();'],
  ['a given date', 'lib/sounds/a.service.ts', 'new Date(text);'],
  ['the monotonic clock', 'lib/sounds/a.service.ts', 'performance.now();'],
  ['small JSON', 'app/api/a/route.ts', 'await request.json();'],
  ['bytes of a file in a script', 'scripts/a.ts', 'await response.arrayBuffer();'],
  [
    'a query in a repository',
    'lib/sounds/sound.repository.ts',
    "import { sql } from 'kysely'; db.selectFrom('sounds');",
  ],
  ['a statement in storage', 'lib/storage/a.ts', "db.prepare('select 1'); db.exec('vacuum');"],
  ['a regular expression', 'lib/audio/a.ts', '/a/.exec(text); pattern.exec("some text");'],
];

describe('the rules of the house', () => {
  it.each(BREACHES)('report %s and name the remedy (%s)', async (_about, file, code, remedy) => {
    expect((await complaints(file, code)).join('\n')).toContain(remedy);
  });

  it.each(LEGAL)('allow %s (%s)', async (_about, file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });

  it('cannot be switched off by a comment', async () => {
    const code = '/* eslint-disable */\nDate.now(); // eslint-disable-line';
    expect(await complaints('lib/storage/a.ts', code)).toContainEqual(expect.stringContaining('take a Clock'));
  });

  it('know every room of lib', () => {
    const rooms = FLOORS.flatMap(f => [...f.rooms]).filter(room => room.startsWith('lib/'));
    const folders = readdirSync(path.join(root, 'lib')).map(folder => `lib/${folder}`);
    expect(rooms).toEqual(expect.arrayContaining(folders));
  });

  it('are the ones that npm run lint applies, everywhere', async () => {
    const real = new ESLint({ cwd: root });
    for (const file of ['lib/base/ids.ts', 'app/page.tsx', 'instrumentation.ts', 'scripts/bench.ts']) {
      const config = (await real.calculateConfigForFile(path.join(root, file))) as ESLintConfig;
      expect(config.rules['house/imports']?.[0], file).toBe(2);
      expect(config.rules['house/doors']?.[0], file).toBe(2);
      expect(config.linterOptions.noInlineConfig, file).toBe(true);
    }
    expect(readFileSync(path.join(root, 'package.json'), 'utf8')).toContain('--max-warnings 0');
  });
});

it('the page on architecture shows the floors as they are', () => {
  const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d) +\| (.*?) +\|/gm)].map(([, floor, rooms]) => ({
    floor: Number(floor),
    rooms: rooms!
      .split(' ')
      .map(room => room.replaceAll('`', ''))
      .toSorted(),
  }));
  expect(rows).toEqual(FLOORS.map(({ floor, rooms }) => ({ floor, rooms: rooms.toSorted() })));
});

interface ESLintConfig {
  rules: Record<string, [number] | undefined>;
  linterOptions: { noInlineConfig: boolean };
}
