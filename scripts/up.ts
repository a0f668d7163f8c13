/** The second half of `npm run up`, under Node 24: build when needed, then start. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '#lib/config/config.ts';
import { isAppError } from '#lib/base/errors.ts';
import { ensureBuild } from './build.ts';

process.chdir(path.join(import.meta.dirname, '..'));
if (!ensureBuild()) {
  console.error('The build failed; see above. Nothing was started.');
  process.exit(1);
}
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  const { host, port, publicUrl } = loadConfig(process.env);
  const shown = host.includes(':') ? `[${host}]` : host;
  console.log(`Starting Talk2Me on ${publicUrl ?? `http://${shown}:${port}`} (Ctrl+C ends it)`);
} catch (error) {
  // start.ts says it.
  if (!isAppError(error)) throw error;
}
await import('./start.ts');
