import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { parseBook } from '#lib/server/form-params.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/studio/{id}/form/restore',
    () => '/studio',
    async ({ params, services }) => {
      const { audiobook } = await services.audiobooks.restore(parseBook(params));
      return { to: '/studio', notice: { tone: 'done', text: `${audiobook.title} is back.` } };
    },
  ),
});
