import { Activity, BookAudio, Braces, House, Mic, Waves, Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Theme } from '#lib/http/theme.ts';
import { Logo } from '../icons.tsx';
import { ConnectionNotice } from '../connection/connection-notice.tsx';
import { UploadTray } from '../uploads/upload-tray.tsx';
import { Player } from '../player/player.tsx';
import { PageLink } from '../page-link.tsx';
import type { Counts } from './counts.ts';
import { NavLink } from './nav-link.tsx';
import { ShellClient } from './shell-client.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import './shell.css';

export interface ShellProps {
  counts: Counts;
  theme: Theme;
  /** A login is in force, so it can be left. */
  loggedIn: boolean;
  /** Bytes. */
  maxFileSize: number;
  children: ReactNode;
}

/** The frame of every page: places, content, and what goes on while pages change. */
export function Shell({ counts, theme, loggedIn, maxFileSize, children }: ShellProps) {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="nav">
        <PageLink href="/" className="brand">
          <Logo />
          <span>Talk2Me</span>
        </PageLink>
        <ShellClient counts={counts} />
        <nav aria-label="Places">
          <ul>
            <NavLink href="/" label="Home" icon={<House size={16} strokeWidth={1.75} aria-hidden />} />
            <li className="nav-group" aria-hidden>
              Sounds
            </li>
            <NavLink
              href="/sounds/effects"
              label="Effects"
              count={{ kind: 'effects', initial: counts.effects }}
              icon={<Zap size={16} strokeWidth={1.75} aria-hidden />}
            />
            <NavLink
              href="/sounds/background"
              label="Background"
              count={{ kind: 'background', initial: counts.background }}
              icon={<Waves size={16} strokeWidth={1.75} aria-hidden />}
            />
            <NavLink href="/voices" label="Voices" icon={<Mic size={16} strokeWidth={1.75} aria-hidden />} />
            <li className="nav-group" aria-hidden>
              Books
            </li>
            <NavLink href="/studio" label="Studio" icon={<BookAudio size={16} strokeWidth={1.75} aria-hidden />} />
          </ul>
          <ul className="nav-foot">
            <NavLink href="/system" label="System" icon={<Activity size={16} strokeWidth={1.75} aria-hidden />} />
            <NavLink href="/docs" label="API" icon={<Braces size={16} strokeWidth={1.75} aria-hidden />} />
          </ul>
        </nav>
        <div className="nav-tools">
          <ThemeSwitch theme={theme} />
          {loggedIn && (
            <form method="post" action="/logout/form">
              <button className="quiet">Log out</button>
            </form>
          )}
        </div>
      </header>
      <div className="column">
        <ConnectionNotice />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <UploadTray maxFileSize={maxFileSize} />
      </div>
      <Player />
    </div>
  );
}
