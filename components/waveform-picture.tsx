import type { Sound } from '#lib/sounds/sound.ts';

/** The server's picture as a mask, so that the page gives it its colour. */
export function WaveformPicture({ sound, tall = false }: { sound: Sound; tall?: boolean }) {
  return (
    <span
      className={tall ? 'wave tall' : 'wave'}
      role="img"
      aria-label={`Waveform of ${sound.name}`}
      style={{ maskImage: `url("${sound.waveform_url}")` }}
    />
  );
}
