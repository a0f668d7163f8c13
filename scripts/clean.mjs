/** `npm run clean`: removes what can be made again. Never the data folder. */
import { rmSync } from 'node:fs';

for (const made of ['.next', 'test-results', 'playwright-report', 'tsconfig.tsbuildinfo', 'next-env.d.ts']) {
  rmSync(new URL(`../${made}`, import.meta.url), { recursive: true, force: true });
}
