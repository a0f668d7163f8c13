import { isAppError } from '#lib/base/errors.ts';
import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { fileResponse } from '#lib/http/media.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { serverTiming } from '#lib/http/server-timing.ts';
import { uploadRequest } from '#lib/server/incoming.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getAudio, async ({ request, params, query, services }) => {
    const answer = () => {
      const audio = services.sounds.audio(params.kind, params.id);
      return fileResponse(request, {
        contentType: audio.content_type,
        sha256: audio.sha256,
        version: query.v,
        open: services.config.access === 'open',
        size: audio.size,
        filename: audio.original_filename,
        read: audio.read,
      });
    };
    try {
      return await answer();
    } catch (error) {
      if (!isAppError(error) || error.code !== 'storage.blob_not_found') throw error;
      // A replacement took the file away between the look-up and the opening; a second look finds the new one.
      return await answer();
    }
  }),
  PUT: endpoint(OPERATIONS.replaceAudio, async ({ request, params, services }) => {
    const ifMatch = request.headers.get('if-match');
    services.memory.monitor.admit();
    const { sound, etag, timings } = await services.uploads.replace(
      params.kind,
      params.id,
      uploadRequest(request),
      ifMatch,
    );
    return json(sound, { headers: { etag, 'cache-control': NO_STORE, 'server-timing': serverTiming(timings) } });
  }),
});
