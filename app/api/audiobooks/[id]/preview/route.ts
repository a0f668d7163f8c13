import { streamOf } from '#lib/http/byte-stream.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { previewWish } from '#lib/http/preview-wish.ts';

const HEADERS = { 'content-type': 'audio/wav', 'x-content-type-options': 'nosniff' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.previewAudiobook, async ({ request, params, query, services: { previews, memory } }) => {
    const { sample_rate, channels } = query;
    const wish = previewWish(query);
    memory.monitor.admit();
    const { signal } = request;
    if (request.method === 'HEAD') {
      // Nobody listens, so nothing is spoken.
      await previews.check(params.id, signal);
      return new Response(null, { headers: HEADERS });
    }
    const layout = { sample_rate, channels };
    const bytes =
      'range' in wish
        ? await previews.range(params.id, wish.range, layout, signal)
        : await previews.passage(params.id, wish.passage, layout, signal);
    return new Response(streamOf(bytes), { headers: HEADERS });
  }),
});
