import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Notice } from '../../../../../components/notice.tsx';
import { SoundForm } from '../../../../../components/sound-form.tsx';
import { WaveformPicture } from '../../../../../components/waveform-picture.tsx';
import { isAppError } from '#lib/base/errors.ts';
import { readNotice } from '#lib/server/notice.ts';
import { openPage } from '#lib/server/page.ts';
import { soundId, soundKind } from '#lib/sounds/sound.ts';
import { describeFile, formatLength, formatLevel, scriptTag } from '#lib/sounds/sound-words.ts';

interface Props {
  params: Promise<{ kind: string; id: string }>;
  searchParams: Promise<{ notice?: string }>;
}

const load = cache(async (rawKind: string, rawId: string) => {
  const kind = soundKind.safeParse(rawKind);
  const id = soundId.safeParse(rawId);
  if (!kind.success || !id.success) notFound();
  const services = await openPage('/sounds/{kind}/{id}', `/sounds/${kind.data}/${id.data}`);
  try {
    return { services, ...services.sounds.get(kind.data, id.data) };
  } catch (error) {
    if (isAppError(error) && error.code === 'sound.not_found') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { kind, id } = await params;
  return { title: (await load(kind, id)).sound.name };
}

export default async function SoundPage({ params, searchParams }: Props) {
  const { kind, id } = await params;
  const { services, sound, etag } = await load(kind, id);
  const { notice } = await searchParams;
  return (
    <>
      <div className="page-head">
        <h1>{sound.name}</h1>
        <code className={`script-tag ${sound.kind}`}>{scriptTag(sound)}</code>
        <a className="button" href={`/sounds/${sound.kind}`}>
          All {sound.kind}
        </a>
      </div>
      <Notice notice={readNotice(services, notice)} kind={sound.kind} />
      <div className={`player ${sound.kind}`}>
        <WaveformPicture sound={sound} tall />
        <audio controls preload="metadata" src={sound.audio_url} aria-label={`Play ${sound.name}`} />
      </div>
      <dl className="facts">
        <dt>File</dt>
        <dd>{describeFile(sound)}</dd>
        <dt>Length</dt>
        <dd>{formatLength(sound.length)}</dd>
        <dt>Loudness</dt>
        <dd>
          {formatLevel(sound.loudness_lufs)} LUFS, peak {formatLevel(sound.peak_dbfs)} dBFS
        </dd>
        <dt>Uploaded</dt>
        <dd>
          <time dateTime={sound.uploaded_at}>{sound.uploaded_at.slice(0, 16).replace('T', ' ')} UTC</time>, as{' '}
          {sound.original_filename || 'a file without a name'}
        </dd>
      </dl>
      <SoundForm sound={sound} version={etag} key={etag} />
      <form className="danger-zone" method="post" action={`/sounds/${sound.kind}/${sound.id}/form/delete`}>
        <a className="button" href={sound.audio_url} download={sound.original_filename || sound.id}>
          Original
        </a>
        <button className="danger">Delete</button>
        <span className="hint">It can be brought back for 30 days.</span>
      </form>
    </>
  );
}
