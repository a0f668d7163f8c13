/** What the page of the operator shows, and `/api/admin/system` answers. */
import { z } from 'zod';
import { cacheStatus } from '#lib/cache/cache-status.ts';
import { memoryReport } from '#lib/memory/memory-report.ts';
import { render } from '#lib/renders/render.ts';
import { checks } from './ready.ts';

const count = z.number().int().min(0);
const ms = z.number().min(0).nullable();

export const routeStatistics = z.strictObject({
  method: z.string(),
  endpoint: z.string().meta({ description: 'The template of the route' }),
  requests: count.meta({ description: 'Since the process began' }),
  errors: count.meta({ description: 'Of them with a status of 500 or more' }),
  p50_ms: ms.meta({
    description: 'Estimated within the buckets of the histogram; null where the last bucket has no end',
  }),
  p95_ms: ms,
  p99_ms: ms,
});
export type RouteStatistics = z.infer<typeof routeStatistics>;

export const systemReport = z
  .strictObject({
    at: z.iso.datetime(),
    version: z.string(),
    node: z.string(),
    uptime: z.number().meta({ description: 'Seconds' }),
    memory: memoryReport.omit({ history: true, heap_spaces: true }),
    caches: cacheStatus.shape.caches,
    routes: z.array(routeStatistics).meta({ description: 'The most asked for first, at most 50' }),
    uploads: z.array(
      z.strictObject({
        kind: z.string(),
        received: count.meta({ description: 'Bytes of the file so far' }),
        seconds: z.number().min(0).meta({ description: 'Since it began' }),
      }),
    ),
    jobs: z
      .array(
        render.pick({
          id: true,
          audiobook_id: true,
          title: true,
          status: true,
          stage: true,
          progress: true,
          units_total: true,
          units_reused: true,
          units_synthesised: true,
          eta: true,
        }),
      )
      .meta({ description: 'Renders that are not over: those at work, then those that wait' }),
    ready: z.strictObject({
      status: z.enum(['ready', 'degraded', 'unready']),
      checks,
    }),
  })
  .meta({ id: 'SystemReport' });
export type SystemReport = z.infer<typeof systemReport>;
