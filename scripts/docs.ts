/** Writes what is generated from code: `npm run docs`. With `--check` it only compares and exits 1 where a file is stale. */
import { readFile, writeFile } from 'node:fs/promises';
import { configurationPage, environmentExample } from '#lib/config/document.ts';

const files: Record<string, string> = {
  'docs/configuration.md': configurationPage(),
  '.env.example': environmentExample(),
};
const check = process.argv.includes('--check');
for (const [file, text] of Object.entries(files)) {
  const current = await readFile(file, 'utf8').catch(() => '');
  if (current === text) continue;
  if (check) {
    console.error(`${file} is stale: run npm run docs`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    console.log(`wrote ${file}`);
  }
}
