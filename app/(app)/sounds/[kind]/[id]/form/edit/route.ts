import { AppError } from '#lib/base/errors.ts';
import { route } from '#lib/http/endpoint.ts';
import { form, readForm } from '#lib/server/form.ts';
import { parseSound } from '#lib/server/form-params.ts';
import { readSoundFields } from '#lib/sounds/sound-form.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/sounds/{kind}/{id}/form/edit',
    ({ kind, id }) => `/sounds/${kind}/${id}`,
    async ({ request, params, services }) => {
      const { kind, id } = parseSound(params);
      const fields = await readForm(request);
      const version = fields.get('version')?.[0] ?? null;
      fields.delete('version');
      const { patch, issues } = readSoundFields(kind, fields, 'clear');
      if (issues.length > 0) {
        const text = issues.map(issue => `${issue.path} ${issue.message}`).join('; ');
        throw new AppError('sound.invalid', `Not saved: ${text}.`, { issues });
      }
      await services.sounds.update(kind, id, patch, version);
      return { to: `/sounds/${kind}/${id}`, notice: { tone: 'done', text: 'Saved.' } };
    },
  ),
});
