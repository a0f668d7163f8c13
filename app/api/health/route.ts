import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.health, async ({ services }) =>
    json(
      {
        status: 'ok',
        timestamp: services.clock.now().toISOString(),
        version: services.version,
        service: 'talk2me',
        uptime: Math.round(process.uptime() * 1000) / 1000,
      },
      { headers: { 'cache-control': NO_STORE } },
    ),
  ),
});
