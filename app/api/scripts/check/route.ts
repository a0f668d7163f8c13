import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(
    OPERATIONS.checkScript,
    async ({ request, body, services: { audiobooks } }) => json(await audiobooks.check(body, request.signal)),
    { invalidBody: 'book.invalid' },
  ),
});
