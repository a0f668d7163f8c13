'use client';

import { CircleAlert, Copy, LoaderCircle, Pause, Play, TriangleAlert } from 'lucide-react';
import { memo, useEffect, useState, type MouseEvent } from 'react';
import { formatLength } from '#lib/sounds/sound-words.ts';
import type { Voice } from '#lib/voices/voices.ts';
import { isSameSound, usePlayer } from '../player/player-store.ts';
import { Waveform } from '../player/waveform.tsx';
import type { Said } from './speaker.ts';
import { followedWords } from './voice-words.ts';

interface Props {
  voice: Voice;
  index: number;
  languageName: string;
  /** What goes into a script for it. */
  scriptText: string;
  said: Said | undefined;
  active: boolean;
  reachable: boolean;
  onActive: (index: number) => void;
  onPress: (voice: Voice) => void;
  onSample: (voice: Voice) => void;
  onCopy: (scriptText: string) => void;
}

/** One voice: what it is, what it said last, and what can be done with it. */
export const VoiceRow = memo(function VoiceRow(props: Props) {
  const { voice, languageName, index, scriptText, said, active, reachable, onActive, onPress, onSample, onCopy } =
    props;
  const inPlayer = usePlayer(({ sound }) => isSameSound(sound, { kind: 'voice', id: voice.id }));
  const playing = usePlayer(state => inPlayer && state.playing);
  return (
    <div
      className={`voice ${active ? 'active' : ''}`}
      role="row"
      aria-rowindex={index + 1}
      data-voice={voice.id}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onActive(index)}
    >
      <span role="gridcell" className="voice-play">
        <PlayLink voice={voice} said={said} playing={playing} onPress={onPress} />
      </span>
      <span role="rowheader" className="voice-name">
        <span>{voice.name}</span>
        <code>{voice.id}</code>
      </span>
      <span role="gridcell" className="voice-wave">
        <Spoken said={said} inPlayer={inPlayer} active={active} />
      </span>
      <span role="gridcell" className="voice-language">
        {languageName}
      </span>
      <span role="gridcell" className="voice-gender">
        {voice.gender ?? ''}
      </span>
      <span role="gridcell" className="voice-follows">
        {followedWords(voice)}
      </span>
      <span role="gridcell" className="voice-acts">
        <a
          href={voice.preview_url}
          className="voice-act"
          tabIndex={-1}
          aria-label={`Sample of ${voice.name}`}
          onClick={event => pressed(event, () => onSample(voice))}
        >
          Sample
        </a>
        <button
          type="button"
          className="quiet icon-button"
          tabIndex={-1}
          aria-label={`Copy ${scriptText}`}
          title={`Copy ${scriptText}, C`}
          onClick={() => onCopy(scriptText)}
        >
          <Copy size={14} strokeWidth={1.75} aria-hidden />
        </button>
      </span>
      <Words said={said} onAgain={() => onPress(voice)} />
    </div>
  );
});

/** Without JavaScript it leads to the sample itself. */
function PlayLink({ voice, said, playing, onPress }: Pick<Props, 'voice' | 'said' | 'onPress'> & { playing: boolean }) {
  const asking = said?.phase === 'asking';
  const act = asking ? 'Stop asking' : playing ? 'Pause' : 'Play';
  const Icon = asking ? LoaderCircle : playing ? Pause : Play;
  return (
    <a
      href={voice.preview_url}
      role="button"
      tabIndex={-1}
      className={asking ? 'asking' : ''}
      aria-label={`${act} ${voice.name}`}
      onClick={event => pressed(event, () => onPress(voice))}
    >
      <Icon size={14} aria-hidden />
    </a>
  );
}

/** With a modifier it is a link like any other. */
function pressed(event: MouseEvent, act: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  act();
}

function Spoken({ said, inPlayer, active }: { said: Said | undefined; inPlayer: boolean; active: boolean }) {
  if (said?.phase === 'asking') return <Waiting />;
  if (said?.phase !== 'ready') return null;
  return (
    <>
      <Waveform sound={said.sound} active={active} playing={inPlayer} />
      <span className="number">{formatLength(said.sound.length)}</span>
    </>
  );
}

/** Engines do not tell how far they are; how long it takes is known. */
function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(value => value + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="voice-waiting" role="status">
      Speaking{seconds > 0 ? `, ${seconds} s` : ''}
    </span>
  );
}

function Words({ said, onAgain }: { said: Said | undefined; onAgain: () => void }) {
  if (said?.phase === 'failed') {
    return (
      <span role="gridcell" className="voice-words failed">
        <CircleAlert size={14} strokeWidth={1.75} aria-hidden />
        <span role="alert">{said.error}</span>
        <button type="button" className="quiet" onClick={onAgain}>
          Try again
        </button>
      </span>
    );
  }
  if (said?.phase !== 'ready' || said.warnings.length === 0) return null;
  return (
    <span role="gridcell" className="voice-words warned">
      <TriangleAlert size={14} strokeWidth={1.75} aria-hidden />
      <span role="status">{said.warnings.join(' ')}</span>
    </span>
  );
}
