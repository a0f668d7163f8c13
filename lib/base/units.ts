/** Amplitude ratio to decibels; 0 becomes −Infinity. */
export function gainToDecibels(gain: number): number {
  return 20 * Math.log10(gain);
}

/** Decibels to amplitude ratio; −Infinity becomes 0. */
export function decibelsToGain(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** Bytes as people read them, binary units: `50 MiB`, `1.5 KiB`, `12 bytes`. */
export function formatBytes(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
