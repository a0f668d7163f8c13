import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { preferredType } from '#lib/http/accept.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { CONTENT_TYPES, exposition } from '#lib/metrics/exposition.ts';

const OPENMETRICS = 'application/openmetrics-text';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.metrics, async ({ request }) => {
    const type = preferredType(request.headers.get('accept'), ['text/plain', OPENMETRICS]);
    const format = type === OPENMETRICS ? 'openmetrics' : 'text';
    const headers = { 'content-type': CONTENT_TYPES[format], 'cache-control': NO_STORE, vary: 'Accept' };
    return new Response(await exposition(format), { headers });
  }),
});
