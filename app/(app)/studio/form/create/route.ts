import { audiobookDraft } from '#lib/audiobooks/audiobook.ts';
import { route } from '#lib/http/endpoint.ts';
import { form } from '#lib/server/form.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: form(
    '/studio/form/create',
    () => '/studio',
    async ({ services }) => {
      const { audiobook } = await services.audiobooks.create(audiobookDraft.parse({ title: 'Untitled' }));
      return { to: `/studio/${audiobook.id}` };
    },
  ),
});
