import { wavHeader } from '#lib/codecs/wav-encoder.ts';
import { mixSamples, mixToFile } from '#lib/mixdown/mix.ts';
import type { KeptPcm, PcmStore } from '#lib/mixdown/pcm-store.ts';
import type { MixedFile, MixFileWish, Mixing, MixWish, SourceWish } from './mixing.ts';

/** Mixes in threads, with recordings that are kept at the rate of the output. */
export class Mixdown implements Mixing {
  readonly #store: PcmStore;

  constructor(store: PcmStore) {
    this.#store = store;
  }

  obtain({ key, rate, trim, open }: SourceWish, signal: AbortSignal): Promise<KeptPcm> {
    return this.#store.obtain(
      { hash: key, rate, trim },
      async given => {
        const original = await open(given);
        if (original instanceof Uint8Array) return { format: 'flac', bytes: original };
        const { path, format } = original;
        return { format, path, close: () => original.release() };
      },
      signal,
    );
  }

  async mixToFile(
    { path, format, bitDepth, dither, ...wish }: MixFileWish,
    signal: AbortSignal,
    onProgress: (frames: number) => void,
  ): Promise<MixedFile> {
    const settings = { ...settingsOf(wish), format, bitDepth, dither, file: path };
    const { bytes, sha256, peakDbfs, reduction } = await mixToFile(settings, { signal, onProgress });
    return { bytes, sha256, peakDbfs, limitedDb: reduction };
  }

  async mixSamples(wish: MixWish, signal: AbortSignal): Promise<Uint8Array> {
    return mixSamples({ ...settingsOf(wish), bitDepth: 16, dither: false }, signal);
  }

  wavHeader({ sample_rate: sampleRate, channels, frames }: Parameters<Mixing['wavHeader']>[0]): Uint8Array {
    return wavHeader({ sampleRate, channels, frames, bitDepth: 16 });
  }
}

function settingsOf({ timeline, sources, channels, limiter: limiterDbfs, from, to }: MixWish) {
  const files = Object.fromEntries(
    [...sources].map(([name, { path, channels, frames }]) => [name, { path, channels, frames }]),
  );
  return { timeline, sources: files, channels, limiterDbfs, from, to };
}
