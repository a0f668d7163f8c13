/** The process itself: prom-client's metrics of Node and the operating system, and which build this is. */
import { collectDefaultMetrics } from 'prom-client';
import { singleton } from '#lib/base/singleton.ts';
import { gauge, registry } from './registry.ts';

/** Once for the process, before anything is asked for. */
export function describeProcess(version: string): void {
  singleton('metrics.process', () => collectDefaultMetrics({ register: registry() }));
  gauge({
    name: 'build_info',
    help: 'Always 1; the labels tell the versions of the application and of Node.',
    labelNames: ['version', 'node'],
  }).set({ version, node: process.versions.node }, 1);
}
