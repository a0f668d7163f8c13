/** What `/api/cache/status` answers. */
import { z } from 'zod';

export const cacheStatus = z.strictObject({
  caches: z.array(
    z.strictObject({
      name: z.string().meta({ description: 'What is read', example: 'sounds.list' }),
      entries: z.number().int(),
      max_entries: z
        .number()
        .int()
        .nullable()
        .meta({ description: 'Shared by all of a backend; null where only bytes count' }),
      bytes: z.number().int(),
      max_bytes: z.number().int().meta({ description: 'Shared by all of a backend' }),
      hits: z.number().int(),
      misses: z.number().int(),
      stale_hits: z.number().int().meta({ description: 'Answered at once while a refresh ran' }),
      hit_ratio: z.number().min(0).max(1).nullable().meta({ description: 'Of all lookups; null before the first' }),
      sets: z.number().int(),
      failures: z.number().int().meta({ description: 'Computations that failed' }),
      evictions: z.number().int().meta({ description: 'Left because the cache was full or memory short' }),
      expirations: z.number().int(),
      invalidations: z.number().int().meta({ description: 'Left because what they were computed from changed' }),
      ttl: z
        .number()
        .int()
        .nullable()
        .meta({ description: 'Seconds until an answer is stale; null where none ever is' }),
      backend: z.enum(['memory', 'redis', 'disk']).meta({
        description: 'disk: speech that was spoken once, and recordings as they are mixed, in the data folder',
      }),
    }),
  ),
});
export type CacheStatus = z.infer<typeof cacheStatus>;
