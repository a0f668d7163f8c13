/** `npm run heap-snapshot -- --url http://127.0.0.1:3000`: asks a running server to write a heap snapshot into its data folder. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatBytes } from '#lib/base/units.ts';

const USAGE = `Usage: npm run heap-snapshot -- --url <address of the server> [--token-file <file>]

The server writes the file into heap-snapshots in its own data folder, where only its owner may read it: it holds whatever the
server holds in memory, secrets included. Meanwhile it answers nobody, about a second for each 100 MB of heap, and needs as much
memory again. Where it asks for a login, set ADMIN_TOKEN or name the file that holds the token.`;

interface Arguments {
  url: URL;
  token: string | undefined;
}

const { url, token } = readArguments();
const response = await ask().catch((error: unknown) => fail(`${url.origin} cannot be reached: ${reasonOf(error)}`));
const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
if (response.status !== 201)
  fail(typeof body['detail'] === 'string' ? body['detail'] : `It answered ${response.status}.`);
const { name, size, ms } = body as { name: string; size: number; ms: number };
console.log(
  `${name}, ${formatBytes(size)}, written in ${Math.round(ms)} ms into heap-snapshots of the server's data folder.`,
);
console.log('Open it in the memory tab of the developer tools of Chromium, and delete it afterwards.');

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({ options: { url: { type: 'string' }, 'token-file': { type: 'string' } } });
    const file = values['token-file'];
    const address = URL.parse(values.url ?? '');
    if (address === null || !/^https?:$/.test(address.protocol))
      throw new Error('--url must be an http or https address.');
    return { url: address, token: file === undefined ? process.env['ADMIN_TOKEN'] : readFileSync(file, 'utf8').trim() };
  } catch (error) {
    return fail(`${reasonOf(error)}\n\n${USAGE}`);
  }
}

function ask(): Promise<Response> {
  return fetch(new URL('/api/admin/heap-snapshot', url), {
    method: 'POST',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
