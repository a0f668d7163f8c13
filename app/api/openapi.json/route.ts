import { ASK_AGAIN, SHARED } from '#lib/http/cache-control.ts';
import { endpoint, jsonText, route } from '#lib/http/endpoint.ts';
import { openApiText } from '#lib/http/openapi.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.openapi, async ({ services }) =>
    jsonText(openApiText(services.version), {
      headers: { 'cache-control': services.config.access === 'open' ? SHARED : ASK_AGAIN },
    }),
  ),
});
