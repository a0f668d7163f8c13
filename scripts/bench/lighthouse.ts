/** Lighthouse, which is fetched when it is needed: it is larger than all else together, and nothing but this bench uses it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHROMIUM_ARGS, findChromium } from '../../e2e/support/chromium.ts';
import type { BenchTable } from './bench.ts';

const VERSION = '13.5.0';
/** Pages are looked at by turns, so that what else the machine does meets all of them. */
const ROUNDS = 3;
/** On a busy machine it now and then loses its own trace, and asks to be run again. */
const TRIES = 4;
const folder = path.join(import.meta.dirname, '../../.bench/lighthouse');
const program = path.join(folder, 'node_modules/lighthouse/cli/index.js');

/** What of a report is shown: the score of 0…100, and the measures that it is made of. */
const MEASURES = {
  'first-contentful-paint': 'first paint (ms)',
  'largest-contentful-paint': 'largest paint (ms)',
  'speed-index': 'speed index (ms)',
  'total-blocking-time': 'blocked (ms)',
  'cumulative-layout-shift': 'layout shift',
} as const;

interface Report {
  categories: { performance: { score: number | null } };
  audits: Record<keyof typeof MEASURES, { numericValue?: number }>;
}

/** Lighthouse's own presets: a desktop on a good line, and a middling phone on a slow one. */
const DEVICES = { desktop: ['--preset=desktop'], phone: [] } as const;

/** The scores of pages for performance; undefined where Lighthouse could not be had. */
export function lighthouseTable(pages: Readonly<Record<string, string>>): BenchTable | undefined {
  if (!install()) return undefined;
  const looks = Object.entries(DEVICES).flatMap(([device, preset]) =>
    Object.entries(pages).map(([page, url]) => ({ name: `${page}, ${device}`, url, preset, reports: [] as Report[] })),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { url, preset, reports } of looks) reports.push(look(url, preset));
  }
  return {
    title: `Lighthouse ${VERSION}, performance`,
    columns: [`median of ${ROUNDS}`, 'score', ...Object.values(MEASURES)],
    rows: looks.map(({ name, reports: all }) => [
      name,
      median(all.map(({ categories }) => 100 * (categories.performance.score ?? 0))).toFixed(0),
      ...Object.keys(MEASURES).map(measure => {
        const value = median(all.map(({ audits }) => audits[measure as keyof typeof MEASURES].numericValue ?? 0));
        return value.toFixed(measure === 'cumulative-layout-shift' ? 3 : 0);
      }),
    ]),
  };
}

function install(): boolean {
  if (existsSync(program)) return true;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  // Without scripts of packages: none of them has to be built.
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `lighthouse@${VERSION}`];
  return spawnSync('npm', args, { cwd: folder, stdio: 'inherit' }).status === 0 && existsSync(program);
}

function look(url: string, preset: readonly string[]): Report {
  const file = path.join(folder, 'report.json');
  const chromium = findChromium();
  const args = [
    program,
    url,
    ...preset,
    '--quiet',
    '--no-enable-error-reporting',
    '--only-categories=performance',
    '--output=json',
    `--output-path=${file}`,
    `--chrome-flags=--headless=new ${CHROMIUM_ARGS.join(' ')}`,
  ];
  const env = { ...process.env, ...(chromium === undefined ? {} : { CHROME_PATH: chromium }) };
  let said = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const looked = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 300_000 });
    if (looked.status === 0) return JSON.parse(readFileSync(file, 'utf8')) as Report;
    said = `${looked.stdout}${looked.stderr}`;
  }
  throw new Error(`Lighthouse could not look at ${url}:\n${said}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
