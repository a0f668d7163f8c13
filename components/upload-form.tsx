import { formatBytes } from '#lib/base/units.ts';
import type { SoundKind } from '#lib/sounds/sound.ts';

/** One file with the fields that are worth giving at once; the rest is edited afterwards. */
export function UploadForm({ kind, maxFileSize }: { kind: SoundKind; maxFileSize: number }) {
  return (
    <section id="upload" className="upload" aria-labelledby="upload-title">
      <h2 id="upload-title">Upload {kind === 'effects' ? 'an effect' : 'a background bed'}</h2>
      <form method="post" action={`/sounds/${kind}/form/upload`} encType="multipart/form-data">
        <label className="wide">
          Sound file
          <input type="file" name="audio_file" required accept="audio/*,.wav,.mp3,.ogg,.oga,.opus,.flac,.m4a,.aac" />
        </label>
        <label>
          Name
          <input name="name" maxLength={200} placeholder="from the file name" />
        </label>
        <label>
          Id
          <input name="id" pattern="[a-z0-9][a-z0-9_\-]{0,63}" placeholder="from the file name" />
        </label>
        <label>
          Category
          <input name="category" maxLength={64} />
        </label>
        <label>
          Tags
          <input name="tags" placeholder="rain, storm" />
        </label>
        <label>
          License
          <input name="license" maxLength={200} />
        </label>
        <button className="primary">Upload</button>
      </form>
      <p className="hint">WAV, MP3, Ogg Vorbis, Opus, FLAC or M4A, up to {formatBytes(maxFileSize)}.</p>
    </section>
  );
}
