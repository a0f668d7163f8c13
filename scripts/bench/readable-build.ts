/** The application as it is written: built like the one that is served, but for minification. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { startServer } from '../../e2e/support/server.ts';

const root = path.join(import.meta.dirname, '../..');
/** Below the root, which the bundler does not look beyond; git does not know it. */
const folder = path.join(root, '.bench/readable');
const PARTS = [
  ...['app', 'components', 'lib', 'public', 'scripts', 'e2e/support', 'package.json', 'tsconfig.json'],
  ...['next.config.ts', 'instrumentation.ts', 'postcss.config.mjs', 'cache-handler.mjs'],
];

export interface ReadableBuild extends Disposable {
  /** Its own `startServer`: that of `e2e/support/server.ts` starts the folder that it lies in. */
  startServer: typeof startServer;
}

export async function buildReadable(): Promise<ReadableBuild> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Git keeps no empty folder, so there may be nothing public.
  for (const part of PARTS.filter(one => existsSync(path.join(root, one)))) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  renameSync(path.join(folder, 'next.config.ts'), path.join(folder, 'as-served.config.ts'));
  writeFileSync(
    path.join(folder, 'next.config.mjs'),
    `import config from './as-served.config.ts';
export default {
  ...config,
  outputFileTracingRoot: ${JSON.stringify(root)},
  turbopack: { ...config.turbopack, root: ${JSON.stringify(root)} },
  experimental: { ...config.experimental, turbopackMinify: false },
};
`,
  );
  const next = path.join(root, 'node_modules/next/dist/bin/next');
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  const built = spawnSync(process.execPath, [next, 'build'], { cwd: folder, env, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the readable application was not built:\n${built.stdout}${built.stderr}`);
  const copy = (await import(path.join(folder, 'e2e/support/server.ts'))) as Pick<ReadableBuild, 'startServer'>;
  return { startServer: copy.startServer, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
