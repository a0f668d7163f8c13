import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/form/starter-pack',
    () => '/',
    ({ services: { starter } }) => {
      if (starter.state().status !== 'complete') void starter.install();
      return Promise.resolve({ to: '/' });
    },
  ),
});
