import { cachedJson } from '#lib/http/cached-json.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { readVoices } from '#lib/server/reads.ts';
import { matchesVoice } from '#lib/voices/voices.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listVoices, async ({ request, query }) => {
    const all = await readVoices();
    if (Object.keys(query).length === 0) return cachedJson(request, all);
    const { voices, warnings } = all.value();
    return json({ voices: voices.filter(voice => matchesVoice(voice, query)), warnings });
  }),
});
