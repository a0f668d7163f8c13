/** The peer of page and route: a Next application with one empty page and one empty route, built by the same Next. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../e2e/support/server.ts';

const root = path.join(import.meta.dirname, '../..');
/** On the disk of node_modules, whose files are linked into it; git does not know it. */
const folder = path.join(root, '.bench/bare-next');
const next = path.join(folder, 'node_modules/next/dist/bin/next');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true, "type": "module" }',
  'next.config.mjs':
    'export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname, poweredByHeader: false };',
  'app/layout.js':
    'import { connection } from \'next/server\';\nexport default async function Layout({ children }) { await connection(); return <html lang="en"><body>{children}</body></html>; }',
  'app/page.js': 'export default function Page() { return <main>Hello</main>; }',
  'app/api/empty/route.js':
    "export const dynamic = 'force-dynamic';\nexport function GET() { return Response.json({}); }",
};

export interface BareNext extends AsyncDisposable {
  url: string;
}

export async function startBareNext(): Promise<BareNext> {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  for (const name of ['next', 'react', 'react-dom']) linkPackage(name, new Set());
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  const built = spawnSync(process.execPath, [next, 'build'], { cwd: folder, env, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the bare application was not built:\n${built.stdout}${built.stderr}`);
  const port = await freePort();
  const server = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (
      await fetch(url).then(
        response => response.ok,
        () => false,
      )
    )
      break;
    if (tries > 200) throw new Error('the bare application does not answer');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.kill();
      await new Promise(resolve => server.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Links a package and what it depends on: copying would take a minute, and the bundler refuses symbolic links that lead out. */
function linkPackage(name: string, seen: Set<string>): void {
  const from = path.join(root, 'node_modules', name);
  if (seen.has(name) || !existsSync(from)) return;
  seen.add(name);
  const to = path.join(folder, 'node_modules', name);
  if (!existsSync(to)) linkTree(from, to);
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(path.join(from, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'optionalDependencies', Record<string, string> | undefined>;
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) linkPackage(needed, seen);
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isFile()) linkSync(source, target);
  }
}
