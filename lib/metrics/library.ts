import { readGauge } from './registry.ts';

/** By kind of sound. */
type Totals = Readonly<Record<string, { readonly count: number; readonly bytes: number }>>;

/** @param totals of the sounds that are there, deleted ones not counted */
export function observeLibrary(totals: () => Totals): void {
  const readings = (value: (one: Totals[string]) => number) => () =>
    Object.entries(totals()).map(([kind, one]) => ({ labels: { kind }, value: value(one) }));
  readGauge(
    { name: 'library_sounds', help: 'Sounds in the library.', labelNames: ['kind'] },
    readings(one => one.count),
  );
  readGauge(
    { name: 'library_bytes', help: 'Bytes of their recordings, as they were uploaded.', labelNames: ['kind'] },
    readings(one => one.bytes),
  );
}
