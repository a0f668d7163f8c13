import { route } from '#lib/http/endpoint.ts';
import { form, readForm } from '#lib/server/form.ts';
import { localAddress } from '#lib/server/page.ts';
import { logIn } from '#lib/server/session.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/login/form',
    () => '/login',
    async ({ request, services }) => {
      const fields = await readForm(request);
      const cookie = logIn(services, fields.get('token')?.[0] ?? '', request.headers);
      return { to: localAddress(fields.get('next')?.[0]), headers: { 'set-cookie': cookie } };
    },
  ),
});
