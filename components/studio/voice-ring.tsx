/** The initial of a voice in a ring: solid, dashed, double by turns, so that voices differ without colour. Beside its name. */
export function VoiceRing({ name, index, small = false }: { name: string; index: number; small?: boolean }) {
  return (
    <span className={`voice-ring${small ? ' is-small' : ''}`} data-ring={index % 3} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
