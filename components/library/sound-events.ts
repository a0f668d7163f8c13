/** What happens to sounds, wherever it was done: every list, count and sheet in every tab of this browser hears of it. */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';

export type SoundEvent =
  { type: 'added' | 'changed' | 'restored'; sound: Sound } | { type: 'removed'; kind: SoundKind; id: string };

type Listener = (events: readonly SoundEvent[]) => void;

const listeners = new Set<Listener>();
let channel: BroadcastChannel | undefined;

/** Tells everyone: this tab at once, the others over a channel. */
export function tellSound(...events: SoundEvent[]): void {
  tellHere(...events);
  open()?.postMessage(events);
}

/** Tells this tab only, for what every tab finds out by itself. */
export function tellHere(...events: SoundEvent[]): void {
  for (const listener of [...listeners]) listener(events);
}

export function onSound(listener: (event: SoundEvent) => void): () => void {
  return onSounds(events => {
    for (const event of events) listener(event);
  });
}

/** Hears at once of what was done to many sounds at once. */
export function onSounds(listener: Listener): () => void {
  open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function open(): BroadcastChannel | undefined {
  if (channel === undefined && typeof BroadcastChannel !== 'undefined' && typeof window !== 'undefined') {
    channel = new BroadcastChannel('talk2me.sounds');
    channel.onmessage = (message: MessageEvent<SoundEvent[]>) => {
      for (const listener of [...listeners]) listener(message.data);
    };
  }
  return channel;
}
