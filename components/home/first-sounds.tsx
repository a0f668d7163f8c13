'use client';

import { Package, Upload } from 'lucide-react';
import { useStore } from '../store.ts';
import { counts, type Counts } from '../shell/counts.ts';
import { PageLink } from '../page-link.tsx';
import { AddStarterPack, useStarterPack } from './starter-pack.tsx';

/** Where to begin while there is nothing at all. */
export function FirstSounds({ initial }: { initial: Counts }) {
  const { effects, background } = useStore(counts, now => now) ?? initial;
  const { pack } = useStarterPack();
  if (effects + background > 0 || pack === undefined || pack.status === 'running') return null;
  return (
    <section className="first-sounds" aria-labelledby="first-sounds">
      <h2 id="first-sounds">The library is empty</h2>
      <p>Upload your own sounds, or begin with {pack.total} that this server makes by itself.</p>
      <div className="first-acts">
        <PageLink className="button primary" href="/sounds/effects#upload">
          <Upload size={16} strokeWidth={1.75} aria-hidden /> Upload sounds
        </PageLink>
        <AddStarterPack>
          <Package size={16} strokeWidth={1.75} aria-hidden /> Add the starter pack
        </AddStarterPack>
      </div>
      <p className="hint">Rain, wind, thunder, fire, sea, crowds, clocks, doors, steps, bells and more, CC0.</p>
    </section>
  );
}
