/** The second half of `npm test`, under Node 24: build, run every runner, add up. The last line is the numbers, alone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium, installChromium } from '../e2e/support/chromium.ts';
import { ensureBuild } from './build.ts';
import { add, countPlaywright, countVitest, CRASHED, type Count } from './test-count.ts';

const root = path.join(import.meta.dirname, '..');
const reports = mkdtempSync(path.join(tmpdir(), 'talk2me-reports-'));
if (process.argv.includes('--long')) process.env['TEST_LONG'] = '1';

const counts: Count[] = [vitest('unit')];
if (ensureBuild()) counts.push(vitest('integration'), playwright());
else {
  console.error('The build failed; see above. Tests against the built server did not run.');
  counts.push(CRASHED);
}
rmSync(reports, { recursive: true, force: true });

const { passed, failed, skipped } = add(counts);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function vitest(project: string): Count {
  const report = path.join(reports, `${project}.json`);
  const ok = run(`${project} tests`, 'node_modules/vitest/vitest.mjs', [
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return read(report, ok, countVitest);
}

function playwright(): Count {
  if (findChromium() === undefined && installChromium() === undefined) {
    console.error(
      'Browser tests did not run: no Chromium was found and none could be installed. Install one and name it in CHROMIUM_PATH.',
    );
    return CRASHED;
  }
  const report = path.join(reports, 'browser.json');
  const args = ['test', '--reporter=list,json', '--pass-with-no-tests'];
  const ok = run('browser tests', 'node_modules/@playwright/test/cli.js', args, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return read(report, ok, countPlaywright);
}

function run(title: string, program: string, args: readonly string[], env: Record<string, string> = {}): boolean {
  console.log(`\n── ${title} ──`);
  const { status } = spawnSync(process.execPath, [path.join(root, program), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0;
}

/** A runner that failed without naming a failed test, or left no report, is one failure. */
function read<Report>(file: string, ok: boolean, count: (report: Report) => Count): Count {
  try {
    const found = count(JSON.parse(readFileSync(file, 'utf8')) as Report);
    return !ok && found.failed === 0 ? add([found, CRASHED]) : found;
  } catch {
    return CRASHED;
  }
}
