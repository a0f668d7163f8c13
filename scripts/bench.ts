/** `npm run bench`: measures, prints, and writes docs/benchmarks.md. Names as arguments pick; none means all. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { formatBytes } from '#lib/base/units.ts';
import type { Bench } from './bench/bench.ts';
import { mergePage, section } from './bench/results-page.ts';

const PAGE = 'docs/benchmarks.md';
const BENCHES = ['upload', 'list', 'page', 'cache', 'metrics', 'speech', 'mix', 'render'];

process.chdir(path.join(import.meta.dirname, '..'));
const known = BENCHES.filter(name => existsSync(`scripts/bench/${name}.ts`));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.filter(name => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${known.join(', ') || 'none'}.`);
  process.exit(1);
}

const where = place();
console.log(where);
const sections = new Map<string, string>();
for (const name of wanted) {
  const { default: bench } = (await import(`./bench/${name}.ts`)) as { default?: Bench };
  if (bench === undefined) throw new Error(`scripts/bench/${name}.ts must export its Bench as default.`);
  console.log(`\n${bench.title} …`);
  const text = section(bench, await bench.run(), where);
  console.log(`\n${text}`);
  sections.set(name, text);
  // After each, so that one that fails does not take the others' numbers along.
  const page = mergePage(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', sections);
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

function place(): string {
  const { sqlite = 'none' } = process.versions;
  const next = JSON.parse(readFileSync('node_modules/next/package.json', 'utf8')) as { version: string };
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? arch()}, ${formatBytes(totalmem())} RAM`;
  const versions = `Node ${process.versions.node}, SQLite ${sqlite}, Next ${next.version}`;
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}: ${machine}, ${type()} ${release()}; ${versions}.`;
}
