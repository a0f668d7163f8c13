/** What `npm run up` and `npm test` share before any TypeScript can run: packages, and a Node that is new enough. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run24 } from './require-node.mjs';

const MINIMUM = 20;

/** Installs what is missing, then runs a TypeScript file of this folder under Node 24. */
export function bootstrap(script) {
  if (Number(process.versions.node.split('.')[0]) < MINIMUM) {
    fail(
      `Talk2Me needs Node ${MINIMUM} or newer, and this is ${process.version}. Install Node 24: https://nodejs.org/`,
    );
  }
  install();
  run24(`scripts/${script}`, process.argv.slice(2));
}

function install() {
  if (isInstalled()) return;
  console.log('Installing packages: npm ci');
  // npm is a script on Windows, which only a shell starts.
  const { status } = spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) fail('npm ci failed; see above. Nothing was started.');
}

/** Whether npm's own record of what it put into node_modules says the same as the lock file. */
function isInstalled() {
  const record = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const packages = file => JSON.parse(readFileSync(file, 'utf8')).packages;
  const there = packages(record);
  return Object.entries(packages(path.join(root, 'package-lock.json'))).every(([name, wanted]) => {
    // The project itself, and packages for other platforms.
    if (name === '' || (wanted.optional && !(name in there))) return true;
    return there[name]?.version === wanted.version && there[name]?.integrity === wanted.integrity;
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
