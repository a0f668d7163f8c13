import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.listAudiobooks, ({ query, services: { audiobooks } }) =>
    Promise.resolve(json(audiobooks.list(query))),
  ),
  POST: endpoint(
    OPERATIONS.createAudiobook,
    async ({ body, services: { audiobooks } }) => {
      const { audiobook, etag } = await audiobooks.create(body);
      return json(audiobook, { status: 201, headers: { etag, location: `/api/audiobooks/${audiobook.id}` } });
    },
    { invalidBody: 'book.invalid' },
  ),
});
