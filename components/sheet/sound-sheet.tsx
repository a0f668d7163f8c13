'use client';

import {
  Check,
  CircleAlert,
  Copy,
  Download,
  LoaderCircle,
  Pause,
  Play,
  Trash2,
  TriangleAlert,
  Undo2,
  Waves,
  X,
  Zap,
} from 'lucide-react';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { clipSettings, clipShape } from '#lib/audio/clip-envelope.ts';
import { formatLength, scriptTag } from '#lib/sounds/sound-words.ts';
import type { CategoryCounts, Sound, SoundKind } from '#lib/sounds/sound.ts';
import { useKeys } from '../keys/keys.ts';
import { useStore } from '../store.ts';
import { showError } from '../toasts/toast-store.ts';
import { holdSheet, sheetStoreOf } from './open-sheets.ts';
import { RecordingPanel } from './recording-panel.tsx';
import { defaultOf, type FieldProblems } from './sheet-fields.ts';
import { TagsField, TextField, Switch } from './sheet-inputs.tsx';
import { problemsOf, wantedSound, type SheetState, type SheetStore } from './sheet-store.ts';
import { usePreview, type Preview } from './use-preview.ts';
import { useFrames, WaveEditor } from './wave-editor.tsx';
import { toHundredth } from './wave-scale.ts';
import './sheet.css';

export interface SoundSheetProps {
  kind: SoundKind;
  id: string;
  /** Shown until the sound is loaded: the row that was opened. */
  initial?: Sound | undefined;
  /** Offered for Category; loaded when not given. */
  categories?: readonly string[] | undefined;
  onClose: () => void;
  /** Deletes it, with a way back, and closes the sheet. */
  onDelete: (sound: Sound) => void;
}

/** Up to this width the sheet is a page. */
const PAGE = '(max-width: 640px)';

/**
 * One sound in the side: every field, saved as one types, and the waveform to trim, fade and level it. Beside the list where there
 * is room, above it where there is less, a page of its own on a phone.
 */
export function SoundSheet(props: SoundSheetProps) {
  const { kind, id, onClose } = props;
  const sheet = useRef<HTMLDivElement>(null);
  const title = useId();
  const isPage = useMedia(PAGE);
  useFocusWithin(sheet, title);
  useKeys({
    Escape: { label: 'Close the sheet', group: 'Sheet', inFields: true, run: onClose },
  });
  return (
    <div
      ref={sheet}
      className="sheet"
      role="dialog"
      aria-modal={isPage}
      aria-labelledby={title}
      onKeyDown={isPage ? keepFocus : undefined}
    >
      <SheetOf key={`${kind}/${id}`} {...props} sheet={sheet} title={title} />
    </div>
  );
}

type InnerProps = SoundSheetProps & { sheet: RefObject<HTMLDivElement | null>; title: string };

function SheetOf({ kind, id, initial, sheet, title, categories, onClose, onDelete }: InnerProps) {
  const [store] = useState(() => sheetStoreOf(kind, id, initial));
  const state = useStore(store.state, value => value);
  useEffect(() => holdSheet(kind, id, store), [kind, id, store]);
  const sound = wantedSound(state);
  const problems = problemsOf(state);
  const KindIcon = kind === 'effects' ? Zap : Waves;
  useKeys({
    'Ctrl Z': { label: 'Undo', group: 'Sheet', run: () => store.undo() },
  });
  return (
    <>
      <header className="sheet-head">
        <span className="sheet-kind" data-kind={kind}>
          <KindIcon size={16} strokeWidth={1.75} aria-hidden />
        </span>
        <h2 id={title} tabIndex={-1}>
          {sound?.name ?? id}
        </h2>
        <SaveState state={state} problems={problems} />
        <button type="button" className="sheet-icon-button" aria-label="Close" title="Close, Escape" onClick={onClose}>
          <X size={16} strokeWidth={1.75} aria-hidden />
        </button>
      </header>
      <SheetNotice state={state} store={store} />
      {sound === undefined ? (
        <div className="sheet-body" aria-busy={state.phase === 'loading'}>
          <div className="sheet-ghost" />
        </div>
      ) : (
        <SheetBody
          store={store}
          state={state}
          sound={sound}
          problems={problems}
          sheet={sheet}
          categories={categories}
          onDelete={onDelete}
        />
      )}
    </>
  );
}

interface BodyProps {
  store: SheetStore;
  state: SheetState;
  sound: Sound;
  problems: FieldProblems;
  sheet: RefObject<HTMLDivElement | null>;
  categories: readonly string[] | undefined;
  onDelete: (sound: Sound) => void;
}

function SheetBody({ store, state, sound, problems, sheet, categories, onDelete }: BodyProps) {
  const preview = usePreview(sound);
  const offered = useCategories(sound.kind, categories);
  const { copied, copy } = useCopied(scriptTag(sound));
  const field = { store, state, sound, problems };
  const isEffect = sound.kind === 'effects';

  const trimTo = (edge: 'start_at' | 'end_at') => {
    const at = toHundredth(preview.position());
    store.edit(edge, (edge === 'start_at' ? at === 0 : at >= toHundredth(sound.length)) ? null : at);
  };
  /** The list has these keys, too: they mean the sheet only while the focus is in it. */
  const inSheet = (run: () => void) => () => {
    if (sheet.current?.contains(document.activeElement) !== true) return false;
    run();
    return true;
  };
  const trims = { run: () => trimTo('start_at') };
  const trime = { run: () => trimTo('end_at') };
  useKeys({
    '[': { label: 'Trim the start to the playhead', group: 'Sheet', ...trims },
    ']': { label: 'Trim the end to the playhead', group: 'Sheet', ...trime },
    // Where brackets are typed with AltGr.
    'Ctrl Alt [': trims,
    'Ctrl Alt ]': trime,
    C: { label: 'Copy the tag', group: 'Sheet', run: inSheet(copy) },
    Space: { label: 'Play with these settings', group: 'Sheet', run: inSheet(preview.toggle) },
    Delete: { label: 'Delete', group: 'Sheet', run: inSheet(() => onDelete(sound)) },
  });

  return (
    <>
      <div className="sheet-body">
        <button type="button" className="sheet-copy" data-kind={sound.kind} title="Copy the tag, C" onClick={copy}>
          {copied ? (
            <Check size={14} strokeWidth={1.75} aria-hidden />
          ) : (
            <Copy size={14} strokeWidth={1.75} aria-hidden />
          )}
          <code>{scriptTag(sound)}</code>
          <span className="sheet-copied" role="status">
            {copied ? 'Copied' : ''}
          </span>
          <kbd aria-hidden="true">C</kbd>
        </button>
        <WaveEditor sound={sound} preview={preview} onEdit={store.edit} />
        <div className="sheet-transport">
          <button
            type="button"
            className="sheet-icon-button sheet-play"
            aria-label={preview.playing ? 'Pause' : 'Play with these settings'}
            onClick={preview.toggle}
          >
            {preview.playing ? (
              <Pause size={16} strokeWidth={1.75} fill="currentColor" aria-hidden />
            ) : (
              <Play size={16} strokeWidth={1.75} fill="currentColor" aria-hidden />
            )}
          </button>
          <PlayedTime sound={sound} preview={preview} />
          <button type="button" className="sheet-button sheet-quiet" disabled={!state.canUndo} onClick={store.undo}>
            <Undo2 size={14} strokeWidth={1.75} aria-hidden /> Undo <kbd aria-hidden="true">Ctrl Z</kbd>
          </button>
        </div>
        {preview.problem !== null && (
          <p className="sheet-problem" role="alert">
            {preview.problem}
          </p>
        )}
        <div className="sheet-three">
          <TextField {...field} name="volume" unit="dB" />
          <TextField {...field} name="fade_in" unit="s" />
          <TextField {...field} name="fade_out" unit="s" />
          <TextField {...field} name="start_at" unit="s" />
          <TextField {...field} name="end_at" unit="s" />
          <TextField {...field} name={isEffect ? 'duration' : 'crossfade'} unit="s" />
        </div>
        {isEffect ? (
          <Switch store={store} sound={sound} name="pause_speech" />
        ) : (
          <>
            <div className="sheet-switches">
              <Switch store={store} sound={sound} name="loop" />
              <Switch store={store} sound={sound} name="duck_speech" />
            </div>
            <div className="sheet-two">
              <TextField
                {...field}
                name="duck_level"
                unit="dB"
                disabled={!(sound.duck_speech ?? defaultOf('background', 'duck_speech'))}
              />
              <TextField {...field} name="type" />
            </div>
          </>
        )}
        <TextField {...field} name="name" />
        <div className="sheet-two">
          <TextField {...field} name="category" offered={offered} />
          <TextField {...field} name="license" />
        </div>
        <TextField {...field} name="attribution" />
        <TagsField {...field} />
        <RecordingPanel store={store} sound={sound} />
      </div>
      <footer className="sheet-foot">
        <a className="sheet-button sheet-quiet" href={sound.audio_url} download={sound.original_filename || sound.id}>
          <Download size={14} strokeWidth={1.75} aria-hidden /> Original
        </a>
        <button type="button" className="sheet-button sheet-quiet sheet-danger" onClick={() => onDelete(sound)}>
          <Trash2 size={14} strokeWidth={1.75} aria-hidden /> Delete <kbd aria-hidden="true">Del</kbd>
        </button>
      </footer>
    </>
  );
}

/** `0:01.99 of 0:05.84 played`. */
function PlayedTime({ sound, preview }: { sound: Sound; preview: Preview }) {
  const clock = useRef<HTMLSpanElement>(null);
  const settings = clipSettings(sound.kind, sound);
  const { start, end } = clipShape({ ...settings, loop: false }, sound.length);
  const text = (position: number) => formatLength(Math.max(0, Math.min(position, end) - start));
  useFrames(preview.playing, () => {
    if (clock.current !== null) clock.current.textContent = text(preview.position());
  });
  return (
    <p className="sheet-time">
      <span ref={clock}>{text(preview.at)}</span>
      <span>
        {' '}
        of {formatLength(end - start)} {settings.loop ? 'a turn' : 'played'}
      </span>
    </p>
  );
}

function SaveState({ state, problems }: { state: SheetState; problems: FieldProblems }) {
  const wrong = Object.keys(problems).length;
  const icon = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const;
  const [tone, words, Icon] =
    state.phase === 'gone'
      ? (['danger', 'Deleted', Trash2] as const)
      : state.phase === 'failed' || state.phase === 'conflict'
        ? (['danger', 'Not saved', CircleAlert] as const)
        : state.phase === 'offline'
          ? (['warn', 'Not saved yet', TriangleAlert] as const)
          : wrong > 0
            ? (['warn', `Fix ${wrong} ${wrong === 1 ? 'field' : 'fields'}`, TriangleAlert] as const)
            : state.phase === 'saving'
              ? (['quiet', 'Saving…', LoaderCircle] as const)
              : state.phase === 'loading'
                ? (['quiet', 'Loading…', LoaderCircle] as const)
                : (['ok', 'Saved', Check] as const);
  return (
    <span className="sheet-state" data-tone={tone} role="status">
      <Icon {...icon} /> {words}
    </span>
  );
}

function SheetNotice({ state, store }: { state: SheetState; store: SheetStore }) {
  const { phase, message } = state;
  if (phase === 'conflict') {
    return (
      <div className="sheet-notice" data-tone="danger" role="alert">
        <p>{message}</p>
        <button type="button" className="sheet-button" onClick={store.keepMine}>
          Keep mine
        </button>
        <button type="button" className="sheet-button" onClick={store.takeTheirs}>
          Reload
        </button>
      </div>
    );
  }
  if (phase !== 'offline' && phase !== 'failed' && phase !== 'gone') return null;
  const waits = phase === 'offline';
  return (
    <div className="sheet-notice" data-tone={waits ? 'warn' : 'danger'} role={waits ? 'status' : 'alert'}>
      <p>{waits ? waitingWords(state) : message}</p>
      {phase !== 'gone' && (
        <button type="button" className="sheet-button" onClick={store.retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function waitingWords({ message, edits }: SheetState): string {
  const isKept = Object.keys(edits).length > 0;
  if (message === '') return `Waiting for connection${isKept ? '; your change is kept' : ''}.`;
  return isKept ? `${message} Your change is kept and tried again.` : message;
}

/** Known categories of the kind, the most used first. */
function useCategories(kind: SoundKind, given: readonly string[] | undefined): readonly string[] {
  const [loaded, setLoaded] = useState<readonly string[]>([]);
  useEffect(() => {
    if (given !== undefined) return undefined;
    const abort = new AbortController();
    fetch(`/api/sounds/categories?kind=${kind}`, { signal: abort.signal })
      .then(response => response.json() as Promise<CategoryCounts>)
      .then(counts => setLoaded(counts.categories.map(category => category.name)))
      // Without them the field is as good as before.
      .catch(() => undefined);
    return () => abort.abort();
  }, [kind, given]);
  return given ?? loaded;
}

function useCopied(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    copyText(text).then(
      () => setCopied(true),
      (error: unknown) => showError(error),
    );
  };
  return { copied, copy };
}

/** Pages from another machine without HTTPS have no clipboard, but may copy what is selected. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!done) throw new Error('This browser did not let the tag be copied. Select it and copy it.');
}

/** The focus goes to the title as the sheet opens, and back to where it was as it closes. */
function useFocusWithin(sheet: RefObject<HTMLDivElement | null>, title: string): void {
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = sheet.current;
    document.getElementById(title)?.focus({ preventScroll: true });
    return () => {
      const inside = element?.contains(document.activeElement) === true || document.activeElement === document.body;
      if (inside && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, [sheet, title]);
}

/** Tab goes round in a modal page. */
function keepFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab') return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('a[href], button, input, [tabindex="0"]')].filter(
    stop => !stop.matches(':disabled, [hidden]'),
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const at = document.activeElement;
  const leaves = event.shiftKey ? at === first || at?.tagName === 'H2' : at === last;
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    listener => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}
