import { formatLength } from '#lib/sounds/sound-words.ts';
import { SOUND_KINDS } from '#lib/sounds/sound.ts';
import { openPage } from '#lib/server/page.ts';

/** Where to begin: what is in the library, and what came last. */
export default async function HomePage() {
  const services = await openPage('/', '/');
  const counts = services.sounds.totals();
  const recent = SOUND_KINDS.flatMap(
    kind => services.sounds.list(kind, { tags: [], sort: 'newest', limit: 5, page: 1 }).items,
  )
    .sort((a, b) => b.uploaded_at.localeCompare(a.uploaded_at))
    .slice(0, 6);
  return (
    <>
      <div className="page-head">
        <h1>Talk2Me</h1>
      </div>
      <p className="lead">
        A library of sounds for narrated audio: {counts.effects.toLocaleString('en')} effects and{' '}
        {counts.background.toLocaleString('en')} background beds.
      </p>
      <p className="begin">
        <a className="button primary" href="/sounds/effects#upload">
          Upload an effect
        </a>
        <a className="button" href="/sounds/background#upload">
          Upload a bed
        </a>
      </p>
      {recent.length > 0 && (
        <section aria-labelledby="recent">
          <h2 id="recent">New sounds</h2>
          <ul className="recent">
            {recent.map(sound => (
              <li key={`${sound.kind}/${sound.id}`}>
                <a href={`/sounds/${sound.kind}/${sound.id}`}>{sound.name}</a> <code>{sound.id}</code>
                <span className="number">{formatLength(sound.length)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
