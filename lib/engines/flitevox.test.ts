import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transposeFlitevox } from './flitevox.ts';

/** A voice file with one of everything; `spamf0` tells whether it has accents. */
function voiceFile(peaks: number[], { spamf0 = 1, channels = 7 } = {}): Uint8Array {
  const parts: Buffer[] = [];
  const int = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    parts.push(bytes);
  };
  const padded = (bytes: Buffer) => {
    int(bytes.length);
    parts.push(bytes);
  };
  const text = (value: string) => padded(Buffer.from(`${value}\0`));
  const tree = () => {
    int(2);
    // Feature, operator and else-branch; then the type of the value: a string, and a float.
    parts.push(Buffer.from([1, 2, 3, 0, 5, 0]));
    text('syl');
    parts.push(Buffer.from([0, 0, 0, 0, 3, 0, 9, 9, 9, 9]));
    int(1);
    text('R:SylStructure.parent');
  };
  parts.push(Buffer.from('CMU_FLITE_CG_VOXDATA-v2.0\0'));
  int(1);
  for (const [name, value] of [
    ['language', 'eng'],
    ['num_param_models', '1'],
    ['num_f0_models', '1'],
    ['end_of_features', 'end_of_features'],
  ] as const) {
    text(name);
    text(value);
  }
  text('cmu_us_test');
  int(1);
  text('aa_1');
  for (const fact of [1, 16_000, 98, 24]) int(fact);
  for (let array = 0; array < 2; array += 1) {
    int(1);
    tree();
  }
  int(spamf0);
  tree();
  tree();
  int(2);
  int(1);
  int(1);
  padded(Buffer.alloc(4));
  int(channels);
  int(peaks.length);
  int(peaks.length);
  for (const peak of peaks) padded(Buffer.from(Float32Array.from([peak, 1, 2, 3, 4, 5, 6]).buffer));
  parts.push(Buffer.from('the rest'));
  return Buffer.concat(parts);
}

describe('a transposed voice', () => {
  it('has the peak of every accent moved by the logarithm of the interval, and nothing else', () => {
    const peaks = [0, 0.25, -0.5, 4];
    const octave = Math.fround(Math.LN2);
    const moved = transposeFlitevox(voiceFile(peaks), 12);
    expect(Buffer.from(moved)).toEqual(Buffer.from(voiceFile(peaks.map(peak => Math.fround(peak + octave)))));
  });

  it('leaves the voice that it was given as it is', () => {
    const voice = voiceFile([0.5]);
    transposeFlitevox(voice, 5);
    expect(Buffer.from(voice)).toEqual(Buffer.from(voiceFile([0.5])));
  });

  it.each([
    ['has no accents', voiceFile([1], { spamf0: 0 })],
    ['has accents of another shape', voiceFile([1], { channels: 3 })],
  ])('is refused where the voice %s', (_, voice) => {
    expect(() => transposeFlitevox(voice, 1)).toThrow(RangeError);
  });

  it('is refused where the file is cut or is something else', () => {
    const voice = voiceFile([1, 2, 3]);
    const lastPeak = voice.length - 'the rest'.length;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(lastPeak - 1).map(end => voice.subarray(0, end)),
          fc.uint8Array(),
        ),
        bytes => {
          expect(() => transposeFlitevox(bytes, 1)).toThrow(RangeError);
        },
      ),
    );
  });
});
