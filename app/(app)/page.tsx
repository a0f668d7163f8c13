import { SquarePen, Upload, Waves, Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageLink } from '../../components/page-link.tsx';
import { RecentBooks } from '../../components/home/recent-books.tsx';
import { RecentSounds } from '../../components/home/recent-sounds.tsx';
import { FirstSounds } from '../../components/home/first-sounds.tsx';
import { LiveCounts } from '../../components/home/live-counts.tsx';
import { Now } from '../../components/home/now.tsx';
import { StarterPack } from '../../components/home/starter-pack.tsx';
import { openPage } from '#lib/server/page.ts';
import { readStart } from '#lib/server/reads.ts';
import '../../components/home/home.css';

const BOOKS = 5;

/** Where to begin, what is in the library, and what came last. */
export default async function HomePage() {
  const services = await openPage('/', '/');
  const { totals: counts, newest: recent } = (await readStart()).value();
  const books = services.audiobooks.list({ limit: BOOKS });
  const renders = new Map(
    books.items.flatMap(({ id }) =>
      services.renders.list({ audiobook_id: id, limit: 1 }).items.map(render => [id, render] as const),
    ),
  );
  return (
    <StarterPack initial={services.starter.state()} known={recent}>
      <div className="home">
        <div className="home-main">
          <h1>The sounds of your books</h1>
          <p>
            <LiveCounts initial={counts} />, measured and ready to be played from a script.
          </p>
          <FirstSounds initial={counts} />
          <RecentBooks list={books} renders={renders} now={services.clock.now().getTime()} />
          <h2>Begin</h2>
          <ul className="begin">
            <Begin href="/studio" icon={<SquarePen size={16} aria-hidden />} title="Write a book">
              Script, voices, render
            </Begin>
            <Begin href="/sounds/effects" icon={<Zap size={16} aria-hidden />} title="Browse effects">
              Doors, steps, weather
            </Begin>
            <Begin href="/sounds/background" icon={<Waves size={16} aria-hidden />} title="Browse beds">
              Rain, sea, crowds
            </Begin>
            <Begin href="/sounds/effects#upload" icon={<Upload size={16} aria-hidden />} title="Upload sounds">
              Files or a whole folder
            </Begin>
          </ul>
        </div>
        <aside className="home-side" aria-label="What goes on">
          <Now />
          <h2>
            New sounds <PageLink href="/sounds/effects">Library</PageLink>
          </h2>
          <RecentSounds initial={recent} />
        </aside>
      </div>
    </StarterPack>
  );
}

function Begin({ href, icon, title, children }: { href: string; icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li>
      <PageLink href={href}>
        <strong>
          {icon} {title}
        </strong>
        <span className="hint">{children}</span>
      </PageLink>
    </li>
  );
}
