'use client';

import type { AudiobookSettings, Cast } from '#lib/audiobooks/audiobook.ts';
import type { SoundKind } from '#lib/sounds/sound.ts';
import type { Voice } from '#lib/voices/voices.ts';
import { lazily } from '../lazily.tsx';
import type { BookStore } from './book-store.ts';
import type { Stretch } from './text-change.ts';
import type { ScriptActs } from './use-script-acts.ts';

// Opened by a press.
const VoicePicker = lazily(() => import('./voice-picker.tsx').then(module => module.VoicePicker));
const SoundPicker = lazily(() => import('./sound-picker.tsx').then(module => module.SoundPicker));

/** What somebody is about to choose. */
export type Picking =
  /** A voice for a name; without one, the default voice. The place in the script that asks for it gets the focus after. */
  | { what: 'voice'; name: string | undefined; place?: Stretch }
  /** A sound to be put in at the caret, or in place of what stands somewhere. */
  | { what: SoundKind; place?: Stretch };

interface Props {
  picking: Picking;
  cast: Cast;
  settings: AudiobookSettings;
  voices: ReadonlyMap<string, Voice>;
  store: BookStore;
  acts: ScriptActs;
  onClose: () => void;
}

/** The choice of a voice or a sound, and what it does to the book. */
export function Pickers({ picking, cast, settings, voices, store, acts, onClose }: Props) {
  if (picking.what === 'voice') {
    const { name, place } = picking;
    const choose = (voice: string | undefined) => {
      if (name === undefined) store.edit('settings', { ...settings, default_voice: voice ?? null });
      else if (voice !== undefined) store.edit('cast', { ...cast, [name]: voice });
      store.flush();
      if (place !== undefined) acts.goTo(place);
    };
    return (
      <VoicePicker
        title={name === undefined ? 'Default voice' : `A voice for ${name}`}
        voices={[...voices.values()]}
        chosen={name === undefined ? (settings.default_voice ?? undefined) : cast[name]}
        none={name === undefined ? 'None: each text needs a voice tag' : undefined}
        onChoose={choose}
        onClose={onClose}
      />
    );
  }
  const { what, place } = picking;
  return (
    <SoundPicker
      key={what}
      kind={what}
      title={`${place === undefined ? 'Put in' : 'Find'} ${what === 'effects' ? 'an effect' : 'a bed'}`}
      onStop={what === 'background' && place === undefined ? () => acts.insert('{{{bg:stop}}}') : undefined}
      onChoose={({ id }) => {
        if (place !== undefined) acts.write(place, id);
        else acts.insert(`{{{${what === 'effects' ? 'sfx' : 'bg'}:${id}}}}`);
      }}
      onClose={onClose}
    />
  );
}
