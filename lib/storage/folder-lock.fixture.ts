/** A process that takes a data folder and keeps it until its standard input ends: `<folder> <alone|shared> <url>`. */
import { isAppError } from '#lib/base/errors.ts';
import { takeFolder } from './folder-lock.ts';

/** The one line it prints. */
export type LockReport =
  { instanceId: string } | { code: string; message: string; details: Readonly<Record<string, unknown>> };

if (import.meta.main) {
  const [folder = '', mode, url = ''] = process.argv.slice(2);
  const say = (report: LockReport) => void process.stdout.write(`${JSON.stringify(report)}\n`);
  try {
    const lock = takeFolder(folder, { shared: mode === 'shared', url });
    say({ instanceId: lock.instanceId });
    process.stdin.on('end', () => lock.release()).resume();
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { code, message, details } = error;
    say({ code, message, details });
  }
}
