import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { loggedOutCookie } from '#lib/server/session.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/logout/form',
    () => '/login',
    ({ services }) => Promise.resolve({ to: '/login', headers: { 'set-cookie': loggedOutCookie(services) } }),
  ),
});
