/** How the state of uploads is said. */
import { formatBytes } from '#lib/base/units.ts';
import type { Hold, QueueState, UploadTotals } from './upload-queue.ts';

/** `8.1 of 12.6 MiB`: both in the unit of the whole. */
export function formatPart(part: number, whole: number): string {
  const [, unit = 'bytes'] = formatBytes(whole).split(' ');
  const power = Math.max(0, ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
  const value = part / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.floor(value) : value.toFixed(1)} of ${formatBytes(whole)}`;
}

/** `118 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** `≈ 40 s left`, coarser the longer it takes. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 60) return `≈ ${Math.max(1, Math.ceil(seconds))} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `≈ ${minutes} min left`;
  return `≈ ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** What the header begins with. */
export function headline({ hold, totals }: Pick<QueueState, 'hold' | 'totals'>): string {
  const { files, done, open, notSounds } = totals;
  if (open === 0)
    return files === 0 ? (notSounds === 0 ? 'No uploads' : 'Nothing to upload') : `Done, ${outcome(totals)}`;
  return `${holdWord(hold)}, ${done.toLocaleString('en')} of ${files.toLocaleString('en')} done`;
}

/** `28 added, 1 already here, 1 failed`. */
export function outcome({ added, duplicates, failed }: UploadTotals): string {
  const parts = [
    ...(added > 0 || duplicates + failed === 0 ? [`${added.toLocaleString('en')} added`] : []),
    ...(duplicates > 0 ? [`${duplicates.toLocaleString('en')} already here`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString('en')} failed`] : []),
  ];
  return parts.join(', ');
}

function holdWord(hold: Hold | undefined): string {
  return hold === undefined
    ? 'Uploading'
    : hold.why === 'offline'
      ? 'Offline'
      : hold.why === 'paused'
        ? 'Paused'
        : 'Waiting';
}

/** Why nothing is sent and what to do; undefined where that is the person's own wish. */
export function holdReason(hold: Hold | undefined): string | undefined {
  switch (hold?.why) {
    case 'full':
      return "The server's disk is full. Free some space, then resume.";
    case 'login':
      return 'The login has ended. Log in to go on; nothing is lost.';
    case 'busy':
      return 'The server is busy.';
    case 'unreached':
      return 'The server was not reached.';
    case 'offline':
      return 'No network.';
    default:
      return undefined;
  }
}

/** What a screen reader is told: beginnings, holds and the end, not every step. */
export function announcement({ hold, totals }: Pick<QueueState, 'hold' | 'totals'>): string {
  const { files, open, notSounds } = totals;
  const skipped = notSounds > 0 ? `, ${count(notSounds, 'file')} skipped as no sounds` : '';
  if (open > 0) {
    const reason = holdReason(hold) ?? (hold === undefined ? undefined : 'Uploads are paused.');
    return reason ?? `Uploading ${count(files, 'file')}${skipped}`;
  }
  return files + notSounds === 0 ? '' : `Uploads done, ${outcome(totals)}${skipped}`;
}
