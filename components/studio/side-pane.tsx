'use client';

import type { AudiobookSettings, ScriptReport } from '#lib/audiobooks/audiobook.ts';
import type { SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import { formatClock, plural } from './studio-words.ts';
import { AuthorField } from './book-fields.tsx';
import { CastPanel, type CastPanelProps } from './cast-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import type { Stretch } from './text-change.ts';

interface Props {
  cast: CastPanelProps;
  report: ScriptReport | undefined;
  author: string | null;
  settings: AudiobookSettings;
  /** Of all books. */
  defaults: SettledDefaults;
  onChapter: (place: Stretch) => void;
  onAuthor: (author: string | null) => void;
  onSettings: (settings: AudiobookSettings) => void;
}

/** What stands beside the script: who speaks, the chapters, and the book itself. */
export function SidePane({ cast, report, author, settings, defaults, onChapter, onAuthor, onSettings }: Props) {
  return (
    <aside className="studio-side" aria-label="Cast, chapters and settings">
      <CastPanel {...cast} />
      {report !== undefined && report.chapters.length > 0 && <Chapters report={report} onGo={onChapter} />}
      <section className="book-about" aria-label="Book">
        <header>
          <h2>Book</h2>
        </header>
        <AuthorField author={author} onChange={onAuthor} />
        <SettingsPanel settings={settings} defaults={defaults} onChange={onSettings} />
      </section>
    </aside>
  );
}

function Chapters({ report, onGo }: { report: ScriptReport; onGo: (place: Stretch) => void }) {
  return (
    <section className="chapters" aria-label="Chapters">
      <header>
        <h2>Chapters</h2>
        <span className="number hint">≈ {formatClock(report.estimated_length)}</span>
      </header>
      <ol>
        {report.chapters.map(({ title, start: { offset }, units }, index) => (
          <li key={index}>
            <button className="quiet" onClick={() => onGo({ start: offset, end: offset })}>
              <span className="number hint">{index + 1}</span>
              <span className="chapter-title">{title}</span>
              <span className="number hint">{plural(units, 'unit')}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
