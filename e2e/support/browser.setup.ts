import { ensureBuild } from '../../scripts/build.ts';
import { startServer } from './server.ts';

/** One built server on an empty temporary folder for all browser tests; the returned function ends it. */
export default async function setup(): Promise<() => Promise<void>> {
  if (!ensureBuild()) throw new Error('The build failed; see above.');
  const server = await startServer();
  // Test processes inherit it, and playwright.config.ts reads it there.
  process.env['E2E_URL'] = server.url;
  return async () => void (await server.stop());
}
