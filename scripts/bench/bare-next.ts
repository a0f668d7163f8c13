/** The peer of page and route: a Next application with one empty page and one empty route, built by the same Next. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../e2e/support/server.ts';

const root = path.join(import.meta.dirname, '../..');
/** Inside the project, so that it finds the same node_modules; git does not know it. */
const folder = path.join(root, '.bench/bare-next');
const next = path.join(root, 'node_modules/next/dist/bin/next');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true, "type": "module" }',
  'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(root)} }, outputFileTracingRoot: ${JSON.stringify(root)}, poweredByHeader: false };`,
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
