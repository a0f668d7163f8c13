/** Numbers of the operator's page as people read them. */
import type { SystemReport } from '#lib/http/system-report.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** `341`, `1,204`: whole mebibytes, with one decimal under ten. */
export function mebibytes(bytes: number): string {
  const value = bytes / MIB;
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace('-', '−');
}

/** A figure and its unit, apart, so that the unit can be quieter. */
export function large(bytes: number): [figure: string, unit: string] {
  if (bytes < GIB) return [mebibytes(bytes), 'MiB'];
  const value = bytes / GIB;
  return [value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 }), 'GiB'];
}

/** `12 d 4 h`, `3 h 20 min`, `45 s`: the two largest units. */
export function formatUptime(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = Math.floor(seconds);
  const parts = [];
  for (const [size, unit] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** `0.9`, `31`, `1.9 s`. Milliseconds where nothing is said. */
export function formatLatency(ms: number | null): string {
  if (ms === null) return '> 60 s';
  if (ms < 10) return ms.toFixed(1);
  if (ms < 1000) return ms.toFixed(0);
  return `${(ms / 1000).toFixed(1)} s`;
}

export function formatShare(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`;
}

/** A rate of requests: one decimal where there are few. */
export function formatRate(perMinute: number | undefined): string {
  if (perMinute === undefined) return '–';
  return perMinute.toLocaleString('en', { maximumFractionDigits: perMinute < 10 ? 1 : 0 });
}

export const CHECK_LABELS: Record<keyof SystemReport['ready']['checks'], string> = {
  database: 'Database',
  storage: 'Storage',
  disk: 'Disk',
  workers: 'Workers',
  cache: 'Cache',
  engines: 'Speech engines',
};

export interface Verdict {
  tone: 'good' | 'warning' | 'bad';
  /** The one thing to know first. */
  head: string;
  /** What memory does. */
  rest: string;
}

/** Two sentences for the head of the page. */
export function verdictOf({ ready, memory }: SystemReport): Verdict {
  const failing = Object.entries(ready.checks).filter(([, check]) => check.status !== 'ok');
  const first = failing[0];
  const named =
    first && `${CHECK_LABELS[first[0] as keyof typeof CHECK_LABELS]}: ${first[1].detail ?? 'not as it should be'}`;
  const leaking = memory.leak.verdict === 'leaking';
  const { level } = memory.pressure;
  const rest = memoryWords(memory.leak);
  if (ready.status === 'unready') return { tone: 'bad', head: `Not ready. ${named}`, rest };
  if (level === 'critical') return { tone: 'bad', head: 'Memory is critical: renders and uploads wait.', rest };
  if (leaking) return { tone: 'warning', head: 'Memory leaks.', rest };
  if (ready.status === 'degraded') return { tone: 'warning', head: `Ready, but not wholly. ${named}`, rest };
  if (level === 'high') return { tone: 'warning', head: 'Ready. Memory is high: caches shrink, renders wait.', rest };
  return { tone: 'good', head: 'Ready.', rest };
}

function memoryWords({ verdict, trends, threshold }: SystemReport['memory']['leak']): string {
  const limit = `the alarm is at ${mebibytes(threshold)}`;
  if (verdict === 'learning') return `Memory: still learning its trend; ${limit} MiB an hour.`;
  const growing = trends.filter(({ finding }) => finding === 'growing');
  const shown = growing.length > 0 ? growing : trends.filter(({ kind }) => kind === 'heap');
  const rates = shown
    .filter(({ bytes_per_hour }) => bytes_per_hour !== null)
    .map(({ kind, bytes_per_hour }) => `${KIND_WORDS[kind]} ${signed(bytes_per_hour!)} MiB an hour`);
  if (verdict === 'leaking') return `${rates.join(', ')}; ${limit}.`;
  return rates.length === 0
    ? `Memory is steady; ${limit} MiB an hour.`
    : `Memory is steady: ${rates.join(', ')}; ${limit}.`;
}

const KIND_WORDS = { heap: 'heap', external: 'external', array_buffers: 'array buffers' } as const;

function signed(bytes: number): string {
  const text = (Math.abs(bytes) / MIB).toFixed(1);
  return bytes < 0 ? `−${text}` : `+${text}`;
}

export const ACTION_LABELS: Readonly<Record<string, string>> = {
  cold_cache_entries: 'Expired and cold cache entries',
  idle_workers: 'Idle workers closed',
  orphaned_files: 'Orphaned temporary files',
  garbage: 'Garbage collected',
};

/** What a render is at, in a few words with its numbers. */
export function jobWords({
  status,
  stage,
  units_total,
  units_reused,
  units_synthesised,
}: SystemReport['jobs'][number]): string {
  const spoken = `${units_reused + units_synthesised} of ${units_total} spoken, ${units_reused} reused`;
  if (status === 'queued') return 'waits in line';
  if (status === 'paused') return `paused; ${spoken}`;
  return stage === 'mix' ? 'mixing' : stage === 'prepare' ? 'making recordings ready' : spoken;
}

/** `0:04`; nothing where it is not known. @param seconds that are left */
export function timeLeft(seconds: number | null): string {
  if (seconds === null) return '';
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
