/** What `/api/ready` answers. */
import { z } from 'zod';

const wholeNumber = z.number().int().min(0).optional();

/** @param facts what the check tells beside its status, where it came so far */
function check<F extends z.ZodRawShape>(description: string, facts: F) {
  return z
    .strictObject({
      status: z.enum(['ok', 'degraded', 'failed']),
      ms: z.number().min(0).meta({ description: 'How long the check took' }),
      detail: z.string().optional().meta({ description: 'What is wrong, where something is' }),
      ...facts,
    })
    .meta({ description });
}

/** In the order in which they are shown. */
export const checks = z.strictObject({
  database: check('A query on both connections', {}),
  storage: check('A file written into the data folder and removed', {}),
  disk: check('Whether there is room for an upload', { free_bytes: wholeNumber, needed_bytes: wholeNumber }),
  workers: check('A message to a thread and back; degraded while all of them are at work', {
    threads: wholeNumber,
    busy: wholeNumber,
    waiting: wholeNumber.meta({ description: 'Tasks in line' }),
  }),
  cache: check('Degraded while Redis is out of reach: everything works, and is computed each time', {
    backend: z.enum(['memory', 'redis']).optional(),
  }),
  engines: check('Whether somebody can speak; degraded where an engine cannot, failed where none can', {
    engines: wholeNumber.meta({ description: 'That are configured' }),
    available: wholeNumber,
  }),
});
export type CheckName = keyof z.infer<typeof checks>;

export interface CheckReport {
  status: 'ok' | 'degraded' | 'failed';
  ms: number;
  detail?: string;
  [fact: string]: number | string | undefined;
}

export interface ReadinessReport {
  status: 'ready' | 'degraded' | 'unready';
  timestamp: string;
  checks: Record<CheckName, CheckReport>;
}

/** Of a server that can work; one that cannot answers a problem with the same `checks`. */
export const readiness = z
  .strictObject({
    status: z.enum(['ready', 'degraded']),
    timestamp: z.iso.datetime(),
    checks,
  })
  .meta({ id: 'Readiness' });
