import { describe } from 'vitest';
import { findProgram, installDebianPackage } from './programs.ts';

/** The path of an `espeak-ng`: `ESPEAK_PATH`, or one on the path; undefined without any. */
export function findEspeak(): string | undefined {
  return findProgram('espeak-ng', 'ESPEAK_PATH');
}

/** Gets Debian's package where there is none. Undefined where that cannot be. */
export function installEspeak(): string | undefined {
  installDebianPackage('espeak-ng');
  return findEspeak();
}

/** As vitest's `describe`. Skipped where there is no espeak-ng, but never in continuous integration, which has to have one. */
export function describeWithEspeak(name: string, define: () => void): void {
  if (findEspeak() !== undefined || process.env['CI']) describe(name, define);
  else describe.skip(`${name} (no espeak-ng was found or could be installed)`, define);
}
