/**
 * Finds Node 24. Runs under Node 20 too, so that an old machine gets a sentence and not a syntax error.
 * As a command: says that sentence and exits 1 where the Node that runs it is too old.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED = 24;
export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const major = version => Number(version.replace(/^v/, '').split('.')[0]);

/** The path of a Node of at least 24: the one that runs this, else the optional package `node`; undefined without either. */
export function findNode() {
  if (major(process.versions.node) >= WANTED) return process.execPath;
  const packaged = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(packaged)) return undefined;
  const { stdout } = spawnSync(packaged, ['--version'], { encoding: 'utf8' });
  return stdout && major(stdout) >= WANTED ? packaged : undefined;
}

export const sentence =
  `Talk2Me needs Node ${WANTED} or newer, and this is ${process.version}. ` +
  'Run `npm ci` (it brings Node 24 along as an optional package) and use the npm scripts, or install Node 24: https://nodejs.org/';

if (process.argv[1] === fileURLToPath(import.meta.url) && major(process.versions.node) < WANTED) {
  console.error(sentence);
  process.exit(1);
}
