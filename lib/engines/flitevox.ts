/**
 * The melody of a voice that flite wrote to a file (`-voicedump`), and the same voice higher or lower.
 *
 * Voices built with SPAM-F0 ignore flite's own pitch settings. Their melody is a phrase curve plus one accent for each syllable, both in
 * natural logarithms of hertz (`cst_spamf0.c`: f0 = exp(phrase + peak ± tilt)), so a constant added to the peak of every accent in the
 * file multiplies the whole melody, exactly and without touching the sound of the voice. The file's layout is the one that flite's
 * `cst_cg_dump_voice.c` writes: little endian, strings with a length before and a zero behind.
 */

/** Floats of an accent; the first is its peak. */
const MIN_ACCENT_CHANNELS = 7;
const SEMITONES_TO_LN = Math.LN2 / 12;

/** @throws RangeError where the file is no voice with accents as described above. */
export function transposeFlitevox(voice: Uint8Array, semitones: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(voice);
  const view = new DataView(copy.buffer);
  for (const peak of accentPeaks(copy)) {
    view.setFloat32(peak, view.getFloat32(peak, true) + semitones * SEMITONES_TO_LN, true);
  }
  return copy;
}

/** Where in the file the peaks of the accents are. */
function accentPeaks(voice: Uint8Array): number[] {
  const file = new Reader(voice);
  file.string(); // magic
  file.skip(4); // byte order
  const features = readFeatures(file);
  file.padded(); // name
  file.times(file.int(), () => file.padded()); // types
  file.skip(4 + 4 + 4 + 4); // number of types, sample rate, mean and standard deviation of F0
  const models = Number(features.get('num_param_models'));
  const trees = Number(features.get('num_f0_models')) + models;
  file.times(trees, () => file.times(file.int(), () => skipTree(file)));
  if (file.int() !== 1) throw new RangeError('The voice has no accents');
  skipTree(file); // which accent
  skipTree(file); // phrase curve
  file.times(models, () => {
    file.skip(4 + 4); // channels, frames
    file.times(file.int(), () => file.padded());
  });
  const channels = file.int();
  if (channels < MIN_ACCENT_CHANNELS) throw new RangeError(`An accent of ${channels} numbers is not known`);
  file.skip(4); // accents
  const peaks: number[] = [];
  file.times(file.int(), () => peaks.push(file.padded()));
  return peaks;
}

function readFeatures(file: Reader): Map<string, string> {
  const features = new Map<string, string>();
  for (;;) {
    const name = file.text();
    features.set(name, file.text());
    if (name === 'end_of_features') return features;
  }
}

/** CART: nodes of feature, operator, else-branch and a value whose type says how it is written; then the names of the features. */
function skipTree(file: Reader): void {
  const string = 5;
  file.times(file.int(), () => {
    file.skip(1 + 1 + 2);
    if (file.short() === string) file.padded();
    else file.skip(4);
  });
  file.times(file.int(), () => file.padded());
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int(): number {
    this.skip(4);
    return this.view.getInt32(this.at - 4, true);
  }

  short(): number {
    this.skip(2);
    return this.view.getInt16(this.at - 2, true);
  }

  /** Up to the next zero. */
  string(): void {
    this.skip(this.bytes.indexOf(0, this.at) + 1 - this.at);
  }

  /** Passes over what has its length before it, and returns where it began. */
  padded(): number {
    const length = this.int();
    this.skip(length);
    return this.at - length;
  }

  text(): string {
    const start = this.padded();
    return new TextDecoder('latin1').decode(this.bytes.subarray(start, this.at - 1));
  }

  times(count: number, read: () => void): void {
    for (let n = 0; n < count; n += 1) read();
  }

  skip(count: number): void {
    if (count < 0 || this.at + count > this.bytes.length) throw new RangeError('The voice file ends early');
    this.at += count;
  }
}
