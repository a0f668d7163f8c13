/** What every decoder owes, run once for each: see the contract in `codec.ts`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AudioFormat, AudioInfo } from './codec.ts';
import { openAudio } from './decode.ts';
import { quietConsole } from './quiet-console.ts';
import { openFileSource } from './source.ts';
import { makeAudio, makeSamples, type TestAudioOptions } from './test-audio.ts';

export interface CodecCase {
  format: TestAudioOptions['format'];
  /** What `info` should say beside rate and channels. */
  info: Pick<AudioInfo, 'codec' | 'bitDepth'>;
  /** Rates to try, Hz. */
  rates: readonly number[];
  /** Frames that the encoder may add, where the format has no exact length. */
  padding?: number;
  /** Signal to noise that the codec keeps of a tone, dB. */
  snr: number;
  /** The format tells its length, so a cut anywhere is damage. */
  tellsLength: boolean;
}

export interface Decoded {
  info: AudioInfo;
  channels: Float32Array[];
  blocks: number;
}

/** Decodes `bytes` through a file, as uploads are. */
export async function decodeAll(bytes: Uint8Array, format: AudioFormat, signal?: AbortSignal): Promise<Decoded> {
  const folder = await mkdtemp(join(tmpdir(), 'talk2me-codec-'));
  try {
    const path = join(folder, 'sound');
    await writeFile(path, bytes);
    const source = await openFileSource(path);
    try {
      const opened = await openAudio(source, format, { signal });
      const parts: (readonly Float32Array[])[] = [];
      for await (const block of opened.blocks()) parts.push(block.map(channel => channel.slice()));
      const channels = Array.from({ length: opened.info.channels }, (_, c) => {
        const joined = new Float32Array(parts.reduce((sum, part) => sum + part[c]!.length, 0));
        let at = 0;
        for (const part of parts) {
          joined.set(part[c]!, at);
          at += part[c]!.length;
        }
        return joined;
      });
      return { info: opened.info, channels, blocks: parts.length };
    } finally {
      await source.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Signal to noise of `decoded` against `original`, dB; frames at the edges left out, where lossy codecs fade. */
function signalToNoise(original: Float32Array, decoded: Float32Array, edge: number): number {
  let signal = 0;
  let noise = 0;
  for (let i = edge; i < original.length - edge; i++) {
    signal += original[i]! ** 2;
    noise += (original[i]! - (decoded[i] ?? 0)) ** 2;
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}

export function describeCodec({ format, info, rates, padding = 0, snr, tellsLength }: CodecCase): void {
  describe(`the ${format} decoder`, () => {
    let restore: () => void;
    beforeAll(() => void (restore = quietConsole()));
    afterAll(() => restore());

    for (const sampleRate of rates) {
      for (const channels of [1, 2]) {
        it(`gives back ${channels} channel(s) at ${sampleRate} Hz, right to the frame`, async () => {
          // Lengths on and off the codecs' own block sizes.
          for (const seconds of [0.02, 0.5, 1.2345]) {
            const options = { seconds, sampleRate, channels };
            const original = makeSamples({ ...options, sampleRate });
            const decoded = await decodeAll(await makeAudio({ format, ...options }), format);
            expect(decoded.info).toEqual({ ...info, sampleRate, channels });
            expect(decoded.channels).toHaveLength(channels);
            const extra = decoded.channels[0]!.length - original[0]!.length;
            expect(extra).toBeGreaterThanOrEqual(0);
            expect(extra).toBeLessThanOrEqual(padding);
            if (padding > 0 || seconds < 0.5) continue;
            original.forEach((channel, c) =>
              expect(signalToNoise(channel, decoded.channels[c]!, Math.round(sampleRate / 20))).toBeGreaterThan(snr),
            );
          }
        });
      }
    }

    it('hands out bounded blocks of a longer recording', async () => {
      const bytes = await makeAudio({ format, seconds: 20, sampleRate: rates[0]! });
      const { channels, blocks } = await decodeAll(bytes, format);
      expect(blocks).toBeGreaterThan(1);
      expect(Math.abs(channels[0]!.length / rates[0]! - 20)).toBeLessThan(0.1);
    });

    it('stops when aborted, with the reason it was given', async () => {
      const bytes = await makeAudio({ format, sampleRate: rates[0]! });
      await expect(decodeAll(bytes, format, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    });

    it('refuses an empty file, a cut header and other bytes as damaged', async () => {
      const bytes = await makeAudio({ format, sampleRate: rates[0]! });
      const noise = Uint8Array.from({ length: 100_000 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 255);
      for (const broken of [new Uint8Array(0), bytes.slice(0, 20), noise]) {
        await expect(decodeAll(broken, format)).rejects.toMatchObject({ code: 'audio.damaged' });
      }
    });

    it.runIf(tellsLength)('refuses a file whose tail is cut off', async () => {
      const bytes = await makeAudio({ format, seconds: 6, sampleRate: rates[0]! });
      for (const share of [0.3, 0.6, 0.9, 0.99]) {
        const cut = bytes.slice(0, Math.floor(bytes.length * share));
        await expect(decodeAll(cut, format)).rejects.toMatchObject({ code: 'audio.damaged' });
      }
    });
  });
}
