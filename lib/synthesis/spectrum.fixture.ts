/** Ears for tests. */
import { framesIn, RATE, type Signal } from './signal.ts';

const turns = new Map<number, Float64Array>();

/** One turn of a cosine. */
function turn(n: number): Float64Array {
  const known = turns.get(n);
  if (known !== undefined) return known;
  const made = new Float64Array(n);
  for (let i = 0; i < n; i++) made[i] = Math.cos((2 * Math.PI * i) / n);
  turns.set(n, made);
  return made;
}

/** In place, a power of two long: Cooley and Tukey's transform. */
function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  const cosines = turn(n);
  for (let length = 2; length <= n; length <<= 1) {
    for (let k = 0; k < length / 2; k++) {
      const step = (k * n) / length;
      const c = cosines[step]!;
      const s = -cosines[(step + (3 * n) / 4) % n]!;
      for (let i = k; i < n; i += length) {
        const j = i + length / 2;
        const x = re[j]! * c - im[j]! * s;
        const y = re[j]! * s + im[j]! * c;
        re[j] = re[i]! - x;
        im[j] = im[i]! - y;
        re[i]! += x;
        im[i]! += y;
      }
    }
  }
}

/** Power in each of `size / 2` bins of `RATE / size` hertz, in a Hann window that begins at `start` and goes around the end. */
export function powerSpectrum(signal: Signal, start: number, size: number): Float64Array {
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const cosines = turn(size);
  for (let i = 0; i < size; i++) re[i] = signal[(start + i) % signal.length]! * (0.5 - 0.5 * cosines[i]!);
  fourier(re, im);
  const power = new Float64Array(size / 2);
  for (let k = 0; k < power.length; k++) power[k] = re[k]! ** 2 + im[k]! ** 2;
  return power;
}

/** Mean power spectrum of the whole signal. */
export function meanSpectrum(signal: Signal, size = 4096): Float64Array {
  const mean = new Float64Array(size / 2);
  for (let start = 0; start + size <= signal.length; start += size) {
    powerSpectrum(signal, start, size).forEach((power, k) => (mean[k]! += power));
  }
  return mean;
}

/** What part of the energy lies between two frequencies in hertz. */
export function shareBetween(spectrum: Float64Array, low: number, high: number): number {
  const hz = RATE / 2 / spectrum.length;
  let inside = 0;
  let all = 0;
  spectrum.forEach((power, k) => {
    all += power;
    if (k * hz >= low && k * hz < high) inside += power;
  });
  return inside / all;
}

/** Hertz of the strongest bin between two frequencies. */
export function strongest(spectrum: Float64Array, low = 0, high = RATE / 2): number {
  const hz = RATE / 2 / spectrum.length;
  let best = 0;
  spectrum.forEach((power, k) => {
    if (k * hz >= low && k * hz < high && power > (best === 0 ? 0 : spectrum[best]!)) best = k;
  });
  return best * hz;
}

const BAND_EDGES = Array.from({ length: 25 }, (_, n) => 40 * (18_000 / 40) ** (n / 24));

/** Decibels in 24 bands from 40 Hz to 18 kHz, even over octaves; nothing is under −100. */
export function bands(spectrum: Float64Array): number[] {
  return BAND_EDGES.slice(0, -1).map((low, n) => {
    const high = BAND_EDGES[n + 1]!;
    const hz = RATE / 2 / spectrum.length;
    let power = 0;
    for (let k = Math.floor(low / hz); k < Math.max(Math.floor(low / hz) + 1, high / hz); k++)
      power += spectrum[k] ?? 0;
    return 10 * Math.log10(power + 1e-10);
  });
}

/** Root mean square of stretches of so many seconds. */
export function levels(signal: Signal, seconds: number): number[] {
  const width = framesIn(seconds);
  return Array.from({ length: Math.floor(signal.length / width) }, (_, n) => {
    let energy = 0;
    for (let i = n * width; i < (n + 1) * width; i++) energy += signal[i]! ** 2;
    return Math.sqrt(energy / width);
  });
}

/** Seconds at which it gets loud: where a level of 5 ms passes a share of the loudest, `apart` seconds after the last. */
export function onsets(signal: Signal, share = 0.35, apart = 0.15): number[] {
  const step = 0.005;
  const envelope = levels(signal, step);
  const threshold = share * Math.max(...envelope);
  const found: number[] = [];
  envelope.forEach((level, n) => {
    const time = n * step;
    if (level >= threshold && time - (found.at(-1) ?? -Infinity) >= apart) found.push(time);
  });
  return found;
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}
