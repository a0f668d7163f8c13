import { streamOf } from '#lib/http/byte-stream.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { previewRange } from '#lib/http/preview-range.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.previewAudiobook, async ({ request, params, query, services: { renders, memory } }) => {
    memory.monitor.admit();
    const { sample_rate, channels } = query;
    const wish = { ...previewRange(query), sample_rate, channels };
    const bytes = await renders.preview(params.id, wish, request.signal);
    return new Response(streamOf(bytes), {
      headers: { 'content-type': 'audio/wav', 'x-content-type-options': 'nosniff' },
    });
  }),
});
