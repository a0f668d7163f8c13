/** The one speaker of the application, and what it is to say: both outlive the page, as the player does. */
import { speak, speakSample } from '../api/speech.ts';
import { isSameSound, play, player, toggle } from '../player/player-store.ts';
import { createStore } from '../store.ts';
import { createSpeaker, type Wish } from './speaker.ts';
import { spokenSound } from './spoken-sound.ts';

/** What the fields at the top of the page hold. */
export const wish = createStore<Wish>({ text: '', speed: 1, pitch: 0 });

export const speaker = createSpeaker({
  async ask(voice, { text, speed, pitch }, signal) {
    const { wav, warnings } =
      text === ''
        ? await speakSample(voice.preview_url, signal)
        : await speak({ text, voice: voice.id, speed, pitch }, signal);
    return { sound: spokenSound({ id: voice.id, name: voice.name }, wav), warnings };
  },
  play,
  toggle,
  isPlaying: sound => isSameSound(player.get().sound, sound) && player.get().sound?.audio_url === sound.audio_url,
  release: sound => URL.revokeObjectURL(sound.audio_url),
});
