'use client';

import {
  Check,
  ChevronDown,
  ChevronRight,
  ChevronUp,
  CircleAlert,
  Clock3,
  CopyCheck,
  FileAudio,
  FileX,
  Hourglass,
  Pause,
  Play,
  TriangleAlert,
  Upload,
  X,
} from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { formatBytes } from '#lib/base/units.ts';
import { formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import { useStore } from '../store.ts';
import { TOAST_MS, showToast } from '../toasts/toast-store.ts';
import { PageLink } from '../page-link.tsx';
import { pick } from './desk.ts';
import { isOpen, type Hold, type QueueState, type UploadItem } from './upload-queue.ts';
import { count, formatPart, formatRate, formatTimeLeft, headline, holdReason } from './upload-words.ts';
import { uploads } from './uploads.ts';

/** Rows of an opened group; more would only be scrolled past. */
const MOST_ROWS = 100;
const NARROW = '(max-width: 640px)';

export function TrayPanel() {
  const state = useStore(uploads.store, all => all);
  const narrow = useSyncExternalStore(
    onChange => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    () => matchMedia(NARROW).matches,
  );
  const [chosen, setChosen] = useState<boolean>();
  const opened = chosen ?? !narrow;
  const tray = useRef<HTMLElement>(null);
  const onFocus = useFocusKept(tray);
  useCloseWhenWell(tray, state);

  const { hold, totals } = state;
  const running = totals.open > 0;
  const { notSounds } = totals;
  return (
    <section ref={tray} className="tray" aria-label="Uploads" data-opened={opened} onFocus={onFocus}>
      <header className="tray-head">
        <Upload className="tray-mark" size={16} strokeWidth={1.75} aria-hidden />
        <h2>{headline(state)}</h2>
        {running && (
          <p className="tray-rate">
            <span>{formatPart(totals.sentBytes, totals.bytes)}</span>
            <span>
              {[
                ...(totals.rate > 0 ? [formatRate(totals.rate)] : []),
                ...(totals.secondsLeft === undefined ? [] : [formatTimeLeft(totals.secondsLeft)]),
              ].join(', ')}
            </span>
          </p>
        )}
        <p className="tray-tally">
          {totals.failed > 0 && running && (
            <span className="bad">
              <CircleAlert size={14} strokeWidth={1.75} aria-hidden /> {totals.failed.toLocaleString('en')} failed
            </span>
          )}
          {notSounds > 0 && !opened && <span className="skipped">{count(notSounds, 'no sound', 'no sounds')}</span>}
        </p>
        {running && <RunningActions state={state} />}
        <button
          type="button"
          className="tray-icon"
          aria-label={opened ? 'Fold uploads' : 'Unfold uploads'}
          aria-expanded={opened}
          onClick={() => setChosen(!opened)}
        >
          {opened ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        </button>
        {!running && (
          <button type="button" className="tray-icon" aria-label="Close uploads" onClick={() => uploads.clear()}>
            <X size={14} aria-hidden />
          </button>
        )}
      </header>
      {running && <Bar className="tray-total" label="All uploads" part={totals.sentBytes} whole={totals.bytes} />}
      <HoldLine hold={hold} />
      {opened && <Rows items={state.items} />}
    </section>
  );
}

function RunningActions({ state: { items, hold } }: { state: QueueState }) {
  const paused = hold?.why === 'paused' || !items.some(item => isOpen(item) && item.state !== 'paused');
  return (
    <div className="tray-acts tray-all">
      {paused ? (
        <button type="button" className="tray-button" onClick={() => uploads.resumeAll()}>
          Resume
        </button>
      ) : (
        (hold === undefined || 'until' in hold) && (
          <button type="button" className="tray-button quiet" onClick={() => uploads.pauseAll()}>
            Pause all
          </button>
        )
      )}
      <button type="button" className="tray-button quiet" onClick={() => giveUp(items.filter(isOpen), 'Cancelled')}>
        Cancel all
      </button>
    </div>
  );
}

function HoldLine({ hold }: { hold: Hold | undefined }) {
  const reason = holdReason(hold);
  if (hold === undefined || reason === undefined) return null;
  return (
    <div className="tray-hold">
      <TriangleAlert size={14} strokeWidth={1.75} aria-hidden />
      <p>
        {reason}
        {'seconds' in hold && <span className="tray-count"> Again in {hold.seconds} s</span>}
      </p>
      {hold.why === 'login' ? (
        <a className="tray-button" href="/login" target="_blank">
          Log in
        </a>
      ) : null}
      <button type="button" className="tray-button" onClick={() => uploads.resumeAfterHold()}>
        {'seconds' in hold ? 'Try now' : 'Resume'}
      </button>
    </div>
  );
}

function Rows({ items }: { items: readonly UploadItem[] }) {
  const of = (test: (item: UploadItem) => boolean) => items.filter(test);
  const failed = of(item => item.state === 'failed' && item.failure?.act !== 'force');
  const notSounds = of(item => item.state === 'failed' && item.failure?.act === 'force');
  const duplicates = of(item => item.state === 'duplicate');
  const waiting = of(item => item.state === 'waiting');
  const paused = of(item => item.state === 'paused');
  const repeatable = failed.filter(item => item.failure?.act === 'retry');
  return (
    <ul className="tray-rows">
      {of(item => item.state === 'sending' || item.state === 'measuring').map(item => (
        <Row key={item.key} item={item} />
      ))}
      <Group items={failed} alone={4} tone="bad" icon={<CircleAlert size={14} aria-hidden />} label="failed">
        {repeatable.length > 0 && (
          <button type="button" className="tray-button" onClick={() => uploads.retry(keysOf(repeatable))}>
            Retry {repeatable.length < failed.length ? repeatable.length.toLocaleString('en') : 'all'}
          </button>
        )}
        <button type="button" className="tray-button quiet" onClick={() => giveUp(failed, 'Removed')}>
          Remove all
        </button>
      </Group>
      <Group
        items={duplicates}
        alone={3}
        tone="warn"
        icon={<CopyCheck size={14} aria-hidden />}
        label="already here"
        note="the same bytes."
      >
        <button type="button" className="tray-button" onClick={() => uploads.keepBoth(keysOf(duplicates))}>
          Keep all
        </button>
        <button type="button" className="tray-button quiet" onClick={() => giveUp(duplicates, 'Skipped')}>
          Skip all
        </button>
      </Group>
      <Group
        items={notSounds}
        alone={0}
        icon={<FileX size={14} aria-hidden />}
        label={notSounds.length === 1 ? 'is no sound' : 'are no sounds'}
      >
        <button type="button" className="tray-button quiet" onClick={() => uploads.retry(keysOf(notSounds))}>
          Send anyway
        </button>
        <button type="button" className="tray-button quiet" onClick={() => giveUp(notSounds, 'Skipped')}>
          Skip
        </button>
      </Group>
      <Group items={paused} alone={3} icon={<Pause size={14} aria-hidden />} label="paused">
        <button
          type="button"
          className="tray-button quiet"
          onClick={() => paused.forEach(({ key }) => uploads.resume(key))}
        >
          Resume
        </button>
      </Group>
      <Group
        items={of(item => item.state === 'added').reverse()}
        alone={3}
        tone="good"
        icon={<Check size={14} aria-hidden />}
        label="added"
      />
      <Group items={waiting} alone={1} icon={<Clock3 size={14} aria-hidden />} label="waiting" />
    </ul>
  );
}

interface GroupProps {
  items: readonly UploadItem[];
  /** Up to so many are rows of their own. */
  alone: number;
  icon: ReactNode;
  /** Behind the number. */
  label: string;
  tone?: 'good' | 'warn' | 'bad';
  note?: string;
  children?: ReactNode;
}

function Group({ items, alone, icon, label, tone, note, children }: GroupProps) {
  const [opened, setOpened] = useState(false);
  if (items.length <= alone) return items.map(item => <Row key={item.key} item={item} />);
  const names = items.slice(0, 12).map(item => item.name);
  return (
    <>
      <li className={`tray-many ${tone ?? ''}`}>
        {icon}
        <button type="button" className="tray-group" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {items.length.toLocaleString('en')} {label}
          <ChevronRight size={14} aria-hidden />
        </button>
        <span className="tray-message">
          <span className="cut">
            {note === undefined ? '' : `${note} `}
            {names.join(', ')}
          </span>
        </span>
        <span className="tray-acts">{children}</span>
      </li>
      {opened && items.slice(0, MOST_ROWS).map(item => <Row key={item.key} item={item} />)}
      {opened && items.length > MOST_ROWS && (
        <li className="tray-more">and {(items.length - MOST_ROWS).toLocaleString('en')} more</li>
      )}
    </>
  );
}

const LOOKS = {
  waiting: { Icon: Clock3, tone: undefined },
  sending: { Icon: FileAudio, tone: undefined },
  measuring: { Icon: Hourglass, tone: undefined },
  paused: { Icon: Pause, tone: undefined },
  added: { Icon: Check, tone: 'good' },
  duplicate: { Icon: CopyCheck, tone: 'warn' },
  failed: { Icon: CircleAlert, tone: 'bad' },
  cancelled: { Icon: X, tone: undefined },
} as const;

function Row({ item }: { item: UploadItem }) {
  const { Icon, tone } = LOOKS[item.state];
  return (
    <li className={tone}>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      <span className="tray-name cut" title={item.path === '' ? item.name : item.path}>
        {item.name}
      </span>
      <span className="tray-message">
        <Verdict item={item} />
      </span>
      <span className="tray-acts">
        <Acts item={item} />
      </span>
    </li>
  );
}

function Verdict({ item }: { item: UploadItem }) {
  const { state, name, size, sentBytes, failure, sound, duplicateOf, kind } = item;
  if (state === 'sending' || state === 'measuring') {
    return (
      <>
        <Bar label={name} part={sentBytes} whole={size} />
        {state === 'measuring' ? (
          <span className="tray-figure">measuring</span>
        ) : (
          <>
            <span className="tray-figure">{Math.floor((sentBytes / size) * 100)}%</span>
            <span className="tray-figure wide">{formatPart(sentBytes, size)}</span>
          </>
        )}
      </>
    );
  }
  if (sound !== undefined) {
    return (
      <span className="cut">
        Added as <SoundLink kind={kind} id={sound.id} />, {formatLength(sound.length)}
        {sound.loudness_lufs === null ? '' : `, ${formatLevel(sound.loudness_lufs)} LUFS`}
      </span>
    );
  }
  if (duplicateOf !== undefined) {
    return (
      <span className="cut">
        <b>Already here</b> as <SoundLink kind={kind} id={duplicateOf} />: the same bytes.
      </span>
    );
  }
  if (failure !== undefined) {
    return (
      <span>
        <b>{failure.what}</b> {failure.why}
      </span>
    );
  }
  return (
    <span className="tray-figure">
      {state}, {formatBytes(size)}
    </span>
  );
}

function SoundLink({ kind, id }: { kind: UploadItem['kind']; id: string }) {
  return (
    <PageLink href={`/sounds/${kind}/${id}`}>
      <code>{id}</code>
    </PageLink>
  );
}

function Acts({ item }: { item: UploadItem }) {
  const { key, name, state, failure } = item;
  const icon = (label: string, Icon: typeof X, act: () => void) => (
    <button type="button" className="tray-icon" aria-label={`${label} ${name}`} onClick={act}>
      <Icon size={14} fill={Icon === X ? 'none' : 'currentColor'} aria-hidden />
    </button>
  );
  const button = (label: string, act: () => void, quiet = '') => (
    <button type="button" className={`tray-button ${quiet}`} onClick={act}>
      {label}
      <span className="tray-words"> {name}</span>
    </button>
  );
  switch (state) {
    case 'sending':
      return (
        <>
          {icon('Pause', Pause, () => uploads.pause(key))}
          {icon('Cancel', X, () => giveUp([item], 'Cancelled'))}
        </>
      );
    case 'paused':
      return (
        <>
          {icon('Resume', Play, () => uploads.resume(key))}
          {icon('Cancel', X, () => giveUp([item], 'Cancelled'))}
        </>
      );
    case 'waiting':
    case 'measuring':
      return icon('Cancel', X, () => giveUp([item], 'Cancelled'));
    case 'duplicate':
      return (
        <>
          {button('Keep both', () => uploads.keepBoth([key]))}
          {button('Skip', () => giveUp([item], 'Skipped'), 'quiet')}
        </>
      );
    case 'failed':
      return (
        <>
          {failure?.act === 'choose'
            ? button('Choose another', () => chooseAnother(item))
            : button(failure?.act === 'force' ? 'Send anyway' : 'Retry', () => uploads.retry([key]))}
          {icon('Remove', X, () => giveUp([item], 'Removed'))}
        </>
      );
    default:
      return null;
  }
}

function Bar({
  label,
  part,
  whole,
  className = '',
}: {
  label: string;
  part: number;
  whole: number;
  className?: string;
}) {
  const share = whole === 0 ? 0 : part / whole;
  return (
    <span
      className={`tray-bar ${className}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
    >
      <i style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}

function keysOf(items: readonly UploadItem[]): number[] {
  return items.map(({ key }) => key);
}

function chooseAnother({ key, kind }: UploadItem): void {
  pick('files', false, files => {
    uploads.cancel([key]);
    uploads.addFiles(kind, files);
  });
}

/** At once, with a way back. */
function giveUp(items: readonly UploadItem[], word: 'Cancelled' | 'Skipped' | 'Removed'): void {
  const keys = uploads.cancel(keysOf(items));
  if (keys.length === 0) return;
  const what = keys.length === 1 ? items[0]!.name : count(keys.length, 'file');
  showToast({
    tone: 'done',
    text: `${word} ${what}`,
    action: { label: 'Undo', run: () => uploads.restore(keys) },
  });
}

/** Closes the tray by itself when everything was added and nobody is at it. */
function useCloseWhenWell(tray: { current: HTMLElement | null }, { totals }: QueueState): void {
  const well = totals.added > 0 && totals.added === totals.files && totals.notSounds === 0;
  useEffect(() => {
    if (!well) return undefined;
    const timer = setInterval(() => {
      if (tray.current?.matches(':hover, :focus-within') !== true) uploads.clear();
    }, TOAST_MS);
    return () => clearInterval(timer);
  }, [tray, well]);
}

/** Rows go while their button has the focus: it moves to the row that took the place, and from the tray to the upload button. */
function useFocusKept(tray: { current: HTMLElement | null }): (event: { target: Element }) => void {
  const place = useRef(-1);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (!hadFocus.current || !isLost) return;
    const rows = tray.current?.querySelectorAll('li') ?? [];
    const row = rows[Math.min(place.current, rows.length - 1)];
    const next = row?.querySelector<HTMLElement>('button, a');
    (next ?? tray.current?.querySelector<HTMLElement>('[aria-expanded]'))?.focus();
  });
  useEffect(() => {
    const onFocusAnywhere = ({ target }: FocusEvent) => {
      hadFocus.current = tray.current?.contains(target as Node) ?? false;
    };
    const onPointer = ({ target }: Event) => {
      if (tray.current?.contains(target as Node) !== true) hadFocus.current = false;
    };
    document.addEventListener('focusin', onFocusAnywhere);
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('focusin', onFocusAnywhere);
      document.removeEventListener('pointerdown', onPointer);
      if (hadFocus.current) document.querySelector<HTMLElement>('[data-upload-button]')?.focus();
    };
  }, [tray]);
  return ({ target }) => {
    const row = target.closest('li');
    place.current = row === null ? -1 : [...(tray.current?.querySelectorAll('li') ?? [])].indexOf(row);
  };
}
