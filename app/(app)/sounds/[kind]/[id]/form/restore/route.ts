import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { parseSound } from '#lib/server/form-params.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/sounds/{kind}/{id}/form/restore',
    ({ kind }) => `/sounds/${kind}`,
    async ({ params, services }) => {
      const { kind, id } = parseSound(params);
      await services.sounds.restore(kind, id);
      return { to: `/sounds/${kind}/${id}`, notice: { tone: 'done', text: `${id} is back.` } };
    },
  ),
});
