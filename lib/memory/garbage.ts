/** Collections on demand, in a process that was started without `--expose-gc`. */
import v8 from 'node:v8';
import vm from 'node:vm';

/**
 * - `minor`: the young generation; about a millisecond
 * - `major`: the whole heap; tens of milliseconds for each hundred megabytes that live
 * - `exhaustive`: the whole heap until nothing more comes free, and its empty pages go back to the system
 */
export type Collection = 'minor' | 'major' | 'exhaustive';

type Gc = (options: { type: 'minor' | 'major'; flavor?: 'last-resort' }) => void;

const OPTIONS = {
  minor: { type: 'minor' },
  major: { type: 'major' },
  exhaustive: { type: 'major', flavor: 'last-resort' },
} as const;

let gc: Gc | undefined;

/** Collects at once; nothing else runs meanwhile. Does nothing where the engine has no such function. */
export function collectGarbage(collection: Collection): void {
  gc ??= exposed();
  gc(OPTIONS[collection]);
}

/** `gc`, which Node shows to programs only by this flag; new contexts have it from then on. */
function exposed(): Gc {
  v8.setFlagsFromString('--expose-gc');
  const found: unknown = vm.runInNewContext('typeof gc === "function" ? gc : undefined');
  v8.setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? (found as Gc) : () => undefined;
}
