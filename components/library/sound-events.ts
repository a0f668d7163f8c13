/** What happens to sounds, wherever it was done: every list, count and sheet in every tab of this browser hears of it. */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';

export type SoundEvent =
  { type: 'added' | 'changed' | 'restored'; sound: Sound } | { type: 'removed'; kind: SoundKind; id: string };

type Listener = (event: SoundEvent) => void;

const listeners = new Set<Listener>();
let channel: BroadcastChannel | undefined;

/** Tells everyone: this tab at once, the others over a channel. */
export function tellSound(event: SoundEvent): void {
  for (const listener of [...listeners]) listener(event);
  open()?.postMessage(event);
}

export function onSound(listener: Listener): () => void {
  open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function open(): BroadcastChannel | undefined {
  if (channel === undefined && typeof BroadcastChannel !== 'undefined' && typeof window !== 'undefined') {
    channel = new BroadcastChannel('talk2me.sounds');
    channel.onmessage = (message: MessageEvent<SoundEvent>) => {
      for (const listener of [...listeners]) listener(message.data);
    };
  }
  return channel;
}
