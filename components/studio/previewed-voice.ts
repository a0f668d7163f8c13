import { useEffect, useState } from 'react';
import type { Voice } from '#lib/voices/voices.ts';
import { listeningGain, pause } from '../player/player-store.ts';
import { createStore, useStore } from '../store.ts';
import { showToast } from '../toasts/toast-store.ts';

/** Id of the voice whose sample is heard. One at a time in the whole page. */
const heardVoice = createStore<string | undefined>(undefined);
let sample: HTMLAudioElement | undefined;

function silence(): void {
  sample?.pause();
  sample = undefined;
  heardVoice.set(undefined);
}

/** Plays samples of voices, and ends them when nobody is there to listen. */
export function usePreviewedVoice(): { heard: string | undefined; hear: (voice: Voice) => void } {
  const heard = useStore(heardVoice, value => value);
  const [hear] = useState(() => (voice: Voice) => {
    const again = heardVoice.get() === voice.id;
    silence();
    if (again) return;
    pause();
    const audio = new Audio(voice.preview_url);
    audio.volume = listeningGain();
    sample = audio;
    heardVoice.set(voice.id);
    const end = () => {
      if (sample === audio) silence();
    };
    audio.addEventListener('ended', end);
    audio.addEventListener('error', () => {
      if (sample !== audio) return;
      silence();
      showToast({ tone: 'error', text: `${voice.name} cannot be heard now. Its engine does not answer; try again.` });
    });
    audio.play().catch(end);
  });
  useEffect(() => silence, []);
  return { heard, hear };
}
