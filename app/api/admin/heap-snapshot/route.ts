import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(OPERATIONS.writeHeapSnapshot, async ({ services: { memory, logger } }) => {
    const snapshot = await memory.snapshots.write();
    logger.info(snapshot, 'wrote a heap snapshot');
    return json(snapshot, { status: 201, headers: { 'cache-control': 'no-store' } });
  }),
});
