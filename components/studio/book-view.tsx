'use client';

import { useMemo, useState, type KeyboardEvent } from 'react';
import type { Audiobook } from '#lib/audiobooks/audiobook.ts';
import type { SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import type { Render } from '#lib/renders/render.ts';
import { isTyping, useKeys } from '../keys/keys.ts';
import { lazily } from '../lazily.tsx';
import { useStore } from '../store.ts';
import { BookHead } from './book-head.tsx';
import { wantedBook } from './book-store.ts';
import { castMembers } from './cast-members.ts';
import { Pickers, type Picking } from './pickers.tsx';
import { RemedyFor } from './remedy.tsx';
import { RenderPane } from './render-pane.tsx';
import { SaveNotice } from './save-state.tsx';
import { placeDiagnostics } from './script-check.ts';
import { ScriptPane } from './script-pane.tsx';
import { isCastName, lineStarts, voicesNamedIn } from './script-tags.ts';
import { SidePane } from './side-pane.tsx';
import { isOver } from './studio-words.ts';
import { useBookActs } from './use-book-acts.ts';
import { useHeardPlace } from './use-heard-place.ts';
import { useNow } from './use-now.ts';
import { useOpenBook, useVoices } from './use-book.ts';
import { useScriptActs } from './use-script-acts.ts';
import './studio.css';

// Many write without listening.
const Transport = lazily(() => import('./transport.tsx').then(module => module.Transport));

interface Props {
  book: Audiobook;
  etag: string;
  renders: readonly Render[];
  /** Of all books. */
  defaults: SettledDefaults;
  /** Milliseconds since the epoch, as the server has it: ages are the same there and here. */
  now: number;
}

const PANES = ['Script', 'Cast', 'Render'] as const;
/** Shown alone on a phone. */
export type Pane = (typeof PANES)[number];

/** One book: its script, who speaks it, what is wrong with it, and what was made of it. */
export function BookView({ book: initial, etag, renders: initialRenders, defaults, now: openedAt }: Props) {
  const open = useOpenBook({ value: initial, etag }, initialRenders);
  const { store, renders, player } = open;
  const state = useStore(store.state, value => value);
  const check = useStore(open.check.state, value => value);
  const made = useStore(renders.state, value => value);
  const book = wantedBook(state);
  const { script, cast, settings } = book;
  const { report } = check;
  const voices = useVoices();
  const now = useNow(openedAt);
  const [pane, setPane] = useState<Pane>('Script');
  const [picking, setPicking] = useState<Picking>();
  const [follows, setFollows] = useState(true);

  const starts = useMemo(() => lineStarts(script), [script]);
  const members = useMemo(() => castMembers(cast, voicesNamedIn(script), voices), [cast, script, voices]);
  const names = members.map(({ name }) => name).filter(isCastName);
  const problems = useMemo(
    () => placeDiagnostics(report?.diagnostics ?? [], check.script, script),
    [report, check.script, script],
  );
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const running = made.renders.find(render => !isOver(render));

  const show = (wanted: Pane) => {
    setPane(wanted);
    // It is there after the next drawing.
    return new Promise<void>(resolve => requestAnimationFrame(() => resolve()));
  };
  const text = useScriptActs({ script, starts, problems, show: () => show('Script') });
  const acts = useBookActs(open, {
    errors,
    chapters: report?.chapters.length ?? 0,
    running: running !== undefined,
    toProblem: text.goToNextProblem,
    showRenders: () => void show('Render'),
  });
  const audio = useStore(player.state, played => played.audio);
  const { editor, caret } = text;
  const heard = useHeardPlace(player, script, offset => {
    if (follows) editor?.reveal(offset);
  });

  // The problem at the caret, or the next one behind it, or the first.
  const current = Math.max(
    0,
    problems.findIndex(({ end }) => end >= caret),
  );
  const preview = () => acts.preview(editor?.selection().start ?? caret);
  useKeys({
    'Ctrl Enter': { label: 'Render', group: 'Script', run: acts.render },
    'Alt Enter': { label: 'Preview from here', group: 'Script', inFields: true, run: preview },
    'Ctrl .': { label: 'Fix', group: 'Script', run: () => text.fix(problems[current], 0) },
    F8: { label: 'Next problem', group: 'Script', inFields: true, run: text.goToNextProblem },
    // Only to be listed: digits count by their place on the keyboard, see below.
    'Alt 1': { label: 'Insert the first voice, and so on to Alt 9', group: 'Script', run: () => false },
    'Alt Space': { label: 'Play or pause', group: 'Transport', inFields: true, run: player.toggle },
    Space: { run: () => player.state.get().audio !== undefined && player.toggle() },
    F: { label: 'Text follows', group: 'Transport', run: () => setFollows(follow => !follow) },
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const { altKey, ctrlKey, metaKey, key, code, target, nativeEvent } = event;
    // Where one writes it takes back what was written, not what a message offers.
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'z' && isTyping(nativeEvent))
      nativeEvent.stopImmediatePropagation();
    // With Alt some keyboards make other signs of the digits.
    const digit = altKey && !ctrlKey && !metaKey ? /^Digit([1-9])$/.exec(code)?.[1] : undefined;
    if (digit === undefined || (target as Element).closest('dialog') !== null) return;
    if (text.insertVoice(names[Number(digit) - 1])) event.preventDefault();
  };

  return (
    <div className="studio" data-pane={pane} onKeyDown={onKeyDown}>
      <BookHead
        state={state}
        title={book.title}
        errors={errors}
        warnings={problems.length - errors}
        running={running}
        isStarting={made.isStarting}
        onTitle={title => store.edit('title', title)}
        onProblems={text.goToNextProblem}
        onPreview={preview}
        onRender={acts.render}
      />
      <SaveNotice state={state} store={store} onRestore={acts.restore} />
      <noscript>
        <p className="save-notice" data-tone="warn">
          This page can be read without JavaScript, and written with it. Programs use the API.
        </p>
      </noscript>
      <div className="studio-panes" role="group" aria-label="Panes">
        {PANES.map(name => (
          <button key={name} className="quiet" aria-pressed={name === pane} onClick={() => void show(name)}>
            {name}
            {name === 'Render' && running !== undefined && <b>{Math.floor(running.progress * 100)} %</b>}
          </button>
        ))}
      </div>
      <SidePane
        cast={{
          members,
          voices,
          defaultVoice: settings.default_voice,
          onPick: name => setPicking({ what: 'voice', name }),
          onRemove: acts.removeFromCast,
        }}
        report={report}
        author={book.author}
        settings={settings}
        defaults={defaults}
        onChapter={text.goTo}
        onAuthor={author => store.edit('author', author)}
        onSettings={changed => store.edit('settings', changed)}
      />
      <ScriptPane
        script={script}
        starts={starts}
        names={names}
        problems={problems}
        current={current}
        check={check}
        heard={heard}
        acts={text}
        onChange={changed => store.edit('script', changed)}
        onSound={what => setPicking({ what })}
        remedyOf={problem => <RemedyFor problem={problem} script={script} onPick={setPicking} />}
      />
      <RenderPane
        state={made}
        store={renders}
        chapters={report?.chapters.length ?? 0}
        now={now}
        onLine={text.goToLine}
        onPlay={acts.play}
      />
      {audio !== undefined && <Transport player={player} audio={audio} follows={follows} onFollow={setFollows} />}
      {picking !== undefined && (
        <Pickers
          picking={picking}
          cast={cast}
          settings={settings}
          voices={voices}
          store={store}
          acts={text}
          onClose={() => setPicking(undefined)}
        />
      )}
    </div>
  );
}
