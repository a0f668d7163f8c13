/**
 * Finds Node 24. Runs under Node 20 too, so that an old machine gets a sentence and not a syntax error.
 *
 * As a command: `require-node.mjs` says that sentence and exits 1 where the Node that runs it is too old, and
 * `require-node.mjs FILE …` becomes a file of the project under Node 24. What ends as a server is started the second way,
 * with `exec` before it in package.json: npm's shell then makes way, and a signal to npm reaches the server.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const WANTED = 24;
export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const major = version => Number(version.replace(/^v/, '').split('.')[0]);

/** Runs a file of the project under Node 24 in place of this process; where that cannot be, relays signals and its end. */
export function run24(file, args) {
  const node = findNode() ?? tooOld();
  const command = [path.join(root, file), ...args];
  const env = { ...process.env, PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter) };
  process.chdir(root);
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...command], env);
  const child = spawn(node, command, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** The path of a Node of at least 24: the one that runs this, else the optional package `node`. */
function findNode() {
  if (major(process.version) >= WANTED) return process.execPath;
  const packaged = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(packaged)) return undefined;
  const { stdout } = spawnSync(packaged, ['--version'], { encoding: 'utf8' });
  return stdout && major(stdout) >= WANTED ? packaged : undefined;
}

function tooOld() {
  console.error(
    `Talk2Me needs Node ${WANTED} or newer, and this is ${process.version}. Run \`npm ci\`, which brings Node ${WANTED} ` +
      `along, and use the npm scripts; or install Node ${WANTED}: https://nodejs.org/`,
  );
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (file !== undefined) run24(file, args);
  else if (major(process.version) < WANTED) tooOld();
}
