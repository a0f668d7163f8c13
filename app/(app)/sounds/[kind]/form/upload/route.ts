import { isAppError } from '#lib/base/errors.ts';
import { parseKind } from '#lib/server/form-params.ts';
import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';
import { uploadRequest } from '#lib/server/incoming.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/sounds/{kind}/form/upload',
    ({ kind }) => `/sounds/${kind}`,
    async ({ request, params, services }) => {
      const kind = parseKind(params);
      services.memory.monitor.admit();
      try {
        const { sound } = await services.uploads.upload(kind, uploadRequest(request));
        return { to: `/sounds/${kind}/${sound.id}`, notice: { tone: 'done', text: `Added as ${sound.id}.` } };
      } catch (error) {
        if (!isAppError(error) || error.code !== 'sound.duplicate') throw error;
        return { to: `/sounds/${kind}/${String(error.details['id'])}`, notice: { tone: 'error', text: error.message } };
      }
    },
  ),
});
