import type { Metadata } from 'next';
import { languageNames } from '../../../components/voices/voice-words.ts';
import { VoicesView } from '../../../components/voices/voices-view.tsx';
import { openPage } from '#lib/server/page.ts';
import { readVoices } from '#lib/server/reads.ts';

export const metadata: Metadata = { title: 'Voices' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Who can speak, and how they sound. */
export default async function VoicesPage({ searchParams }: Props) {
  const { voices: service } = await openPage('/voices');
  const { voices, warnings } = (await readVoices()).value();
  const asked = await searchParams;
  return (
    <VoicesView
      voices={voices}
      languageNames={languageNames(voices)}
      warnings={warnings}
      // After they were asked, which tells how they are.
      engines={service.engines()}
      filter={{ q: textOf(asked['q']), language: textOf(asked['language']), engine: textOf(asked['engine']) }}
    />
  );
}

/** The longest that the fields take. */
const MAX_TEXT = 200;

function textOf(value: string | string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
  return text === '' ? undefined : text;
}
