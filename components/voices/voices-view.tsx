'use client';

import { MicOff } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { matchesVoice, type VoiceFilter } from '#lib/voices/voice-filter.ts';
import type { EngineStatus, Voice } from '#lib/voices/voices.ts';
import { useKeys } from '../keys/keys.ts';
import { stop } from '../player/player-store.ts';
import { useStore } from '../store.ts';
import { showToast } from '../toasts/toast-store.ts';
import { EngineHead } from './engine-head.tsx';
import { speaker, wish } from './page-speaker.ts';
import { VoiceFilters } from './voice-filters.tsx';
import { VoiceRow } from './voice-row.tsx';
import { scriptTextOf, unfollowed, type LanguageNames } from './voice-words.ts';
import { WishFields } from './wish-fields.tsx';
import './voices.css';

interface Props {
  voices: readonly Voice[];
  languageNames: LanguageNames;
  /** Engines that could not be asked, and why. */
  warnings: readonly string[];
  engines: readonly EngineStatus[];
  /** What the address of the page holds. */
  filter: VoiceFilter;
}

/** More than anyone reads: what is beyond is found by searching. */
const MOST_ROWS = 400;

/** Everyone who can speak, and a sentence that each of them says. */
export function VoicesView({ voices, languageNames, warnings, engines, filter: initial }: Props) {
  const [filter, setFilter] = useFilter(initial);
  const matching = useMemo(() => {
    const order = new Map(engines.map(({ name }, index) => [name, index]));
    return voices
      .filter(voice => matchesVoice(voice, filter))
      .toSorted((a, b) => (order.get(a.engine) ?? 0) - (order.get(b.engine) ?? 0));
  }, [voices, engines, filter]);
  const shown = matching.slice(0, MOST_ROWS);
  const said = useStore(speaker.said, value => value);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const router = useRouter();
  // A sentence that nobody waits for any more.
  useEffect(() => () => speaker.cancel(), []);

  const voice = shown[active];
  const move = (to: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, to));
    setActive(next);
    list.current?.querySelectorAll<HTMLElement>('[data-voice]')[next]?.focus();
  };
  const press = useCallback((one: Voice) => speaker.press(one, wishFor(one)), []);
  const sample = useCallback((one: Voice) => speaker.press(one, SAMPLE), []);
  const here = 'Voices';
  useKeys({
    ArrowDown: { label: 'Next', group: here, run: () => move(active + 1) },
    ArrowUp: { label: 'Previous', group: here, run: () => move(active - 1) },
    PageDown: { group: here, run: () => move(active + 10) },
    PageUp: { group: here, run: () => move(active - 10) },
    Home: { label: 'First', group: here, run: () => move(0) },
    End: { label: 'Last', group: here, run: () => move(shown.length - 1) },
    Space: { label: 'Say the sentence', group: here, run: () => voice !== undefined && press(voice) },
    Enter: { group: here, run: () => voice !== undefined && press(voice) },
    'Ctrl Enter': {
      label: 'Say the sentence, from the field too',
      group: here,
      run: () => (voice ?? shown[0]) !== undefined && press((voice ?? shown[0])!),
    },
    P: { label: 'Sample', group: here, run: () => voice !== undefined && sample(voice) },
    C: {
      label: 'Copy the tag or the id',
      group: here,
      run: () => voice !== undefined && copyText(scriptTextOf(voice, voices)),
    },
    T: { label: 'Type the sentence', group: here, run: () => text.current?.focus() },
    '/': { label: 'Search', group: here, run: () => search.current?.focus() },
    Escape: {
      label: 'Stop',
      group: here,
      run: () => {
        speaker.cancel();
        stop();
      },
    },
  });

  return (
    <div className="voices">
      <header className="page-head">
        <h1>Voices</h1>
        <p className="count" role="status" aria-live="polite">
          {matching.length === voices.length
            ? voices.length.toLocaleString('en')
            : `${matching.length.toLocaleString('en')} of ${voices.length.toLocaleString('en')}`}
        </p>
      </header>
      <WishFields voice={voice} textField={text} />
      <noscript>
        <style>{'.wish{display:none!important}'}</style>
        <p className="hint voices-note">Samples play as they are. A sentence of your own needs JavaScript.</p>
      </noscript>
      <VoiceFilters
        filter={filter}
        voices={voices}
        languageNames={languageNames}
        engines={engines.map(({ name }) => name)}
        searchField={search}
        onChange={next => {
          setActive(-1);
          setFilter(next);
        }}
      />
      <div className="voice-list" role="grid" aria-label="Voices" aria-rowcount={shown.length} ref={list}>
        {engines
          .filter(({ name }) => filter.engine === undefined || filter.engine === name)
          .map(engine => {
            const all = voices.filter(one => one.engine === engine.name);
            const mine = shown.map((one, index) => ({ one, index })).filter(({ one }) => one.engine === engine.name);
            // One that has nothing to show is worth a line where it is down, or where nothing is searched for.
            if (mine.length === 0 && engine.available && all.length > 0) return null;
            return (
              <div key={engine.name} role="rowgroup" className="voice-group" aria-label={engine.name}>
                <div role="row" className="engine-head">
                  <EngineHead
                    engine={engine}
                    warning={warnings.find(warning => warning.includes(engine.name))}
                    shown={mine.length}
                    total={all.length}
                    onAgain={() => router.refresh()}
                  />
                </div>
                {mine.map(({ one, index }) => (
                  <VoiceRow
                    key={one.id}
                    voice={one}
                    languageName={languageNames[one.language] ?? one.language}
                    index={index}
                    scriptText={scriptTextOf(one, voices)}
                    said={said.get(one.id)}
                    active={index === active}
                    reachable={index === Math.max(0, active)}
                    onActive={setActive}
                    onPress={press}
                    onSample={sample}
                    onCopy={copyText}
                  />
                ))}
              </div>
            );
          })}
      </div>
      {matching.length > shown.length && (
        <p className="hint voices-note">
          {(matching.length - shown.length).toLocaleString('en')} more. Narrow the search to see them.
        </p>
      )}
      {matching.length === 0 && <Empty isFiltered={voices.length > 0} onClear={() => setFilter({})} />}
    </div>
  );
}

const SAMPLE = { text: '', speed: 1, pitch: 0 };

/** What the fields hold, without settings that this voice does not follow: their fields say so. */
function wishFor(voice: Voice) {
  const { text, speed, pitch } = wish.get();
  if (text.trim() === '') return SAMPLE;
  return {
    text: text.trim(),
    speed: unfollowed(voice, 'speed') === undefined ? speed : SAMPLE.speed,
    pitch: unfollowed(voice, 'pitch') === undefined ? pitch : SAMPLE.pitch,
  };
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return (
    <div className="empty voices-empty">
      <MicOff size={32} strokeWidth={1.25} aria-hidden />
      <p>{isFiltered ? 'Nobody matches.' : 'Nobody can speak.'}</p>
      {isFiltered ? (
        <button type="button" onClick={onClear}>
          Show all
        </button>
      ) : (
        <p className="hint">
          Engines are configured with <code>TTS_ENGINES</code>. Each one above says what it lacks.
        </p>
      )}
    </div>
  );
}

/** In the address, so that a link leads to what is shown. */
function useFilter(initial: VoiceFilter): [VoiceFilter, (filter: VoiceFilter) => void] {
  const [filter, setFilter] = useState(initial);
  const set = useCallback((next: VoiceFilter) => {
    setFilter(next);
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(next)) if (typeof value === 'string') search.set(name, value);
    window.history.replaceState(null, '', search.size === 0 ? '/voices' : `/voices?${search}`);
  }, []);
  return [filter, set];
}

function copyText(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => showToast({ tone: 'done', text: `Copied ${text}` }),
    () => showToast({ tone: 'error', text: `The browser did not allow copying. It is ${text}` }),
  );
}
