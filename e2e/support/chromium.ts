import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** No GPU and no calls home; the sandbox needs rights that containers do not have, and only our own pages are opened. */
export const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** The path of a Chromium: `CHROMIUM_PATH`, one on the path, an application, or Playwright's own; undefined without any. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = COMMANDS.flatMap(command => folders.map(folder => path.join(folder, command)));
  return [...onPath, ...APPLICATIONS, chromium.executablePath()].find(isExecutable);
}

/** Gets a Chromium where there is none: Debian's package as root, else Playwright's. Returns undefined when neither comes. */
export function installChromium(): string | undefined {
  const debian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (debian) {
    run('apt-get', ['update', '-qq'], 180_000);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 600_000);
  }
  // Behind a firewall its download hangs instead of failing.
  if (findChromium() === undefined) {
    run(
      process.execPath,
      [path.join(import.meta.dirname, '../../node_modules/playwright/cli.js'), 'install', 'chromium'],
      300_000,
    );
  }
  return findChromium();
}

function run(command: string, args: readonly string[], timeout: number): void {
  console.log(`No Chromium yet: ${path.basename(command)} ${args.map(a => path.basename(a)).join(' ')}`);
  spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout,
    killSignal: 'SIGKILL',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
