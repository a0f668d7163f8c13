import { formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';

/** A page of sounds: name and id, waveform, player and the figures that tell them apart. */
export function SoundTable({ kind, sounds }: { kind: SoundKind; sounds: readonly Sound[] }) {
  return (
    <table className="sounds">
      <thead>
        <tr>
          <th scope="col">Name and id</th>
          <th scope="col">Waveform</th>
          <th scope="col">Play</th>
          <th scope="col">Category</th>
          <th scope="col">Tags</th>
          <th scope="col" className="number">
            Length
          </th>
          <th scope="col" className="number">
            LUFS
          </th>
        </tr>
      </thead>
      <tbody>
        {sounds.map(sound => (
          <tr key={sound.id}>
            <th scope="row">
              <a href={`/sounds/${kind}/${sound.id}`}>{sound.name}</a>
              <code>{sound.id}</code>
            </th>
            <td className="wave-cell">
              <Waveform sound={sound} />
            </td>
            <td className="play-cell">
              <audio controls preload="none" src={sound.audio_url} aria-label={`Play ${sound.name}`} />
            </td>
            <td className="category-cell">{sound.category}</td>
            <td className="tags-cell">
              {sound.tags.slice(0, 2).map(tag => (
                <span className="tag" key={tag}>
                  {tag}
                </span>
              ))}
              {sound.tags.length > 2 && <span className="more">+{sound.tags.length - 2}</span>}
            </td>
            <td className="number">{formatLength(sound.length)}</td>
            <td className="number level-cell">{formatLevel(sound.loudness_lufs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The server's picture as a mask, so that the page gives it its colour. */
export function Waveform({ sound, tall = false }: { sound: Sound; tall?: boolean }) {
  return (
    <span
      className={tall ? 'wave tall' : 'wave'}
      role="img"
      aria-label={`Waveform of ${sound.name}`}
      style={{ maskImage: `url("${sound.waveform_url}")` }}
    />
  );
}
