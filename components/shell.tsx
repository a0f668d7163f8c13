import Link from 'next/link';
import type { ReactNode } from 'react';
import { KindIcon, Logo } from './icons.tsx';

export interface ShellProps {
  /** Address of the place that is open, for the navigation. */
  current: string;
  counts: { effects: number; background: number };
  /** A login is in force, so it can be left. */
  loggedIn: boolean;
  children: ReactNode;
}

/** The frame of every page: navigation beside the content. */
export function Shell({ current, counts, loggedIn, children }: ShellProps) {
  const place = (href: string, label: string, icon: ReactNode, count?: number) => (
    <li>
      <Link href={href} prefetch={false} aria-current={current === href ? 'page' : undefined}>
        {icon}
        <span>{label}</span>
        {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}
      </Link>
    </li>
  );
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="nav">
        <Link href="/" prefetch={false} className="brand">
          <Logo />
          Talk2Me
        </Link>
        <nav aria-label="Places">
          <ul>
            {place('/', 'Home', <KindIcon kind="home" />)}
            {place('/sounds/effects', 'Effects', <KindIcon kind="effects" />, counts.effects)}
            {place('/sounds/background', 'Background', <KindIcon kind="background" />, counts.background)}
            {place('/docs', 'API', <KindIcon kind="docs" />)}
          </ul>
        </nav>
        {loggedIn && (
          <form method="post" action="/logout/form">
            <button className="quiet">Log out</button>
          </form>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
