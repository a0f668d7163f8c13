import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { parseBook } from '#lib/server/form-params.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/studio/{id}/form/delete',
    () => '/studio',
    async ({ params, services }) => {
      const id = parseBook(params);
      const { title } = services.audiobooks.get(id).audiobook;
      await services.audiobooks.remove(id, null);
      return { to: '/studio', notice: { tone: 'done', text: `Deleted ${title}, kept 30 days.`, undo: id } };
    },
  ),
});
