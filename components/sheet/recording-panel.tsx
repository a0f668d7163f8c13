import { AudioLines, FileUp, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { formatBytes } from '#lib/base/units.ts';
import { describeFile, formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { ApiProblem, soundAddress } from '../api/client.ts';
import { tellSound } from '../library/sound-events.ts';
import { sendRecording } from './send-recording.ts';
import type { SheetStore } from './sheet-store.ts';
import { copyFields, cutRecording, partOf, whyNoCopy } from './trimmed-copy.ts';

type Doing =
  | { step: 'idle' }
  | { step: 'running'; text: string; share: number | null; stop: () => void }
  | { step: 'done'; text: ReactNode }
  | { step: 'failed'; text: string; again?: { label: string; run: () => void } };

interface Props {
  store: SheetStore;
  /** As it is wanted. */
  sound: Sound;
}

/** The recording behind the sound: what it is, another one in its place, a part of it as a sound of its own. */
export function RecordingPanel({ store, sound }: Props) {
  const [doing, setDoing] = useState<Doing>({ step: 'idle' });
  const [shaped, setShaped] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  /** Shows how far it is, and how it ended. */
  const attempt = async (
    words: string,
    act: (signal: AbortSignal, progress: (sent: number, total: number) => void) => Promise<ReactNode>,
    again: (problem: ApiProblem) => { label: string; run: () => void } | undefined,
  ) => {
    running.current?.abort();
    const abort = (running.current = new AbortController());
    const show = (text: string, share: number | null) =>
      setDoing({ step: 'running', text, share, stop: () => abort.abort() });
    show(`${words}…`, null);
    try {
      const text = await act(abort.signal, (sent, total) => {
        const percent = Math.floor((100 * sent) / total);
        const size = `${formatBytes(sent)} of ${formatBytes(total)}`;
        show(sent < total ? `${words}, ${percent} %, ${size}` : `${words}, measuring`, sent / total);
      });
      if (!abort.signal.aborted) setDoing({ step: 'done', text });
    } catch (error) {
      if (running.current !== abort) return;
      if (abort.signal.aborted) return setDoing({ step: 'idle' });
      const text = error instanceof Error ? error.message : String(error);
      const next = error instanceof ApiProblem ? again(error) : undefined;
      setDoing({ step: 'failed', text, ...(next === undefined ? {} : { again: next }) });
    }
  };

  const replace = (file: File, allowDuplicate = false) =>
    attempt(
      'Replacing',
      async (signal, onProgress) => {
        const before = store.state.get().sound!;
        const version = await sendRecording({
          method: 'PUT',
          address: `${soundAddress(sound.kind, sound.id)}/audio`,
          file,
          filename: file.name,
          fields: { allow_duplicate: allowDuplicate ? 'true' : '' },
          signal,
          onProgress,
        });
        store.replaced(version);
        return `Replaced: ${formatLength(version.value.length)}, ${formatLevel(version.value.loudness_lufs)} LUFS.${clearedTrim(before, version.value)}`;
      },
      problem => {
        if (problem.code === 'sound.duplicate') return { label: 'Replace anyway', run: () => void replace(file, true) };
        return problem.status === 0 || problem.status >= 500
          ? { label: 'Try again', run: () => void replace(file) }
          : undefined;
      },
    );

  const copy = (allowDuplicate = false) =>
    attempt(
      'Cutting',
      async (signal, onProgress) => {
        const file = await cutRecording(sound, shaped, signal);
        const { value } = await sendRecording({
          method: 'POST',
          address: `/api/sounds/${sound.kind}`,
          file,
          filename: `${sound.id}_trimmed.wav`,
          fields: { ...copyFields(sound, shaped), allow_duplicate: allowDuplicate ? 'true' : '' },
          signal,
          onProgress,
        });
        tellSound({ type: 'added', sound: value });
        return (
          <>
            Added as{' '}
            <a href={`/sounds/${value.kind}/${value.id}`}>
              <code>{value.id}</code>
            </a>
            , {formatLength(value.length)}
          </>
        );
      },
      problem => {
        if (problem.code === 'sound.duplicate') return { label: 'Keep both', run: () => void copy(true) };
        return problem.status === 0 || problem.status >= 500
          ? { label: 'Try again', run: () => void copy() }
          : undefined;
      },
    );

  const part = partOf(sound);
  const trimmed = part.start > 0 || part.end < sound.length;
  const noCopy = whyNoCopy(sound) ?? (trimmed || shaped ? undefined : 'Nothing is trimmed');
  const busy = doing.step === 'running';
  return (
    <section className="sheet-recording" aria-label="Recording">
      <dl className="sheet-facts">
        <div>
          <dt>File</dt>
          <dd>{describeFile({ ...sound, codec: formatOf(sound) })}</dd>
        </div>
        <div>
          <dt>Loudness</dt>
          <dd>
            {formatLevel(sound.loudness_lufs)} LUFS, peak {formatLevel(sound.peak_dbfs)} dBFS
          </dd>
        </div>
        <div>
          <dt>Uploaded</dt>
          <dd>
            <time dateTime={sound.uploaded_at}>{sound.uploaded_at.slice(0, 10)}</time>
            {sound.original_filename !== '' && <> as {sound.original_filename}</>}
          </dd>
        </div>
      </dl>
      <div className="sheet-actions">
        <button type="button" className="sheet-button" disabled={busy} onClick={() => picker.current?.click()}>
          <FileUp size={16} strokeWidth={1.75} aria-hidden /> Replace file…
        </button>
        <input
          ref={picker}
          type="file"
          hidden
          accept="audio/*,.wav,.mp3,.ogg,.opus,.flac,.m4a,.aac"
          aria-label="Another recording"
          onChange={event => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file !== undefined) void replace(file);
          }}
        />
        <button
          type="button"
          className="sheet-button"
          disabled={busy || noCopy !== undefined}
          title={noCopy}
          onClick={() => void copy()}
        >
          <AudioLines size={16} strokeWidth={1.75} aria-hidden />{' '}
          {noCopy === 'Nothing is trimmed' ? noCopy : 'Save trimmed copy'}
        </button>
      </div>
      <label className="sheet-switch">
        <input type="checkbox" role="switch" checked={shaped} onChange={event => setShaped(event.target.checked)} />
        <span>Fades and volume in the copy, too</span>
      </label>
      <div role="status" className="sheet-doing">
        {doing.step === 'running' && (
          <>
            <span>{doing.text}</span>
            <button type="button" className="sheet-icon-button" aria-label="Cancel" onClick={doing.stop}>
              <X size={16} strokeWidth={1.75} aria-hidden />
            </button>
            <progress value={doing.share ?? undefined} aria-label={doing.text} />
          </>
        )}
        {doing.step === 'done' && <span>{doing.text}</span>}
        {doing.step === 'failed' && (
          <>
            <span className="sheet-problem">{doing.text}</span>
            {doing.again !== undefined && (
              <button type="button" className="sheet-button" onClick={doing.again.run}>
                {doing.again.label}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function clearedTrim(before: Sound, after: Sound): string {
  const cleared = [
    ...(before.start_at !== null && after.start_at === null ? ['Start'] : []),
    ...(before.end_at !== null && after.end_at === null ? ['End'] : []),
  ];
  if (cleared.length === 0) return '';
  return ` ${cleared.join(' and ')} lay beyond it and ${cleared.length === 1 ? 'is' : 'are'} cleared.`;
}

const FORMATS: Readonly<Record<string, string>> = {
  mp3: 'MP3',
  vorbis: 'Ogg Vorbis',
  opus: 'Opus',
  flac: 'FLAC',
  aac: 'AAC',
};

function formatOf({ codec }: Sound): string {
  return codec.startsWith('pcm_') ? 'WAV' : (FORMATS[codec] ?? codec);
}
