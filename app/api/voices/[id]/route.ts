import { cachedJson } from '#lib/http/cached-json.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readVoice } from '#lib/server/reads.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getVoice, async ({ request, params }) => cachedJson(request, await readVoice(params.id))),
});
