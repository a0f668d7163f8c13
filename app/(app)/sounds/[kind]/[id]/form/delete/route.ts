import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { parseSound } from '#lib/server/form-params.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/sounds/{kind}/{id}/form/delete',
    ({ kind }) => `/sounds/${kind}`,
    async ({ params, services }) => {
      const { kind, id } = parseSound(params);
      await services.sounds.remove(kind, id, null);
      return { to: `/sounds/${kind}`, notice: { tone: 'done', text: `Deleted ${id}, kept 30 days.`, undo: id } };
    },
  ),
});
