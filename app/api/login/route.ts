import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { logIn } from '#lib/server/session.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint(
    OPERATIONS.login,
    async ({ request, body, services }) =>
      new Response(null, {
        status: 204,
        headers: { 'set-cookie': logIn(services, body.token, request.headers), 'cache-control': NO_STORE },
      }),
    { invalidBody: 'request.unprocessable' },
  ),
});
