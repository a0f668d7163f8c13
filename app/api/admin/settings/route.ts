import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getSettings, ({ services: { bookDefaults } }) => {
    const { defaults, etag } = bookDefaults.get();
    return Promise.resolve(json(defaults, { headers: { etag, 'cache-control': NO_STORE } }));
  }),
  PUT: endpoint(
    OPERATIONS.putSettings,
    async ({ request, body, services: { bookDefaults } }) => {
      const { defaults, etag } = await bookDefaults.replace(body, request.headers.get('if-match'));
      return json(defaults, { headers: { etag, 'cache-control': NO_STORE } });
    },
    { invalidBody: 'book.invalid' },
  ),
});
