import { describe } from 'vitest';
import { findPrometheus } from './prometheus.ts';

/** As vitest's `describe`. Skipped where there is no Prometheus, but never in continuous integration, which has to have one. */
export function describeWithPrometheus(name: string, define: () => void): void {
  if (findPrometheus() !== undefined || process.env['CI']) describe(name, define);
  else describe.skip(`${name} (no Prometheus was found or could be installed)`, define);
}
