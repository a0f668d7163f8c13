'use client';

import { usePathname } from 'next/navigation';
import { useSyncExternalStore, type ReactNode } from 'react';
import type { SoundKind } from '#lib/sounds/sound.ts';
import { PageLink } from '../page-link.tsx';
import { counts } from './counts.ts';

interface Props {
  href: string;
  label: string;
  icon: ReactNode;
  /** Shows how many there are. */
  count?: { kind: SoundKind; initial: number };
}

export function NavLink({ href, label, icon, count }: Props) {
  const path = usePathname();
  const current = href === '/' ? path === '/' : path.startsWith(href);
  return (
    <li>
      <PageLink href={href} aria-current={current ? 'page' : undefined}>
        {icon}
        <span className="nav-label">{label}</span>
        {count !== undefined && <Count {...count} />}
      </PageLink>
    </li>
  );
}

function Count({ kind, initial }: { kind: SoundKind; initial: number }) {
  const count = useSyncExternalStore(
    counts.subscribe,
    () => counts.get()?.[kind] ?? initial,
    () => initial,
  );
  return <span className="count">{count.toLocaleString('en')}</span>;
}
