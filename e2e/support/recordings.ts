import { randomFillSync } from 'node:crypto';

const HEADER_BYTES = 44;

/**
 * A valid WAV (16 bit, stereo, 44.1 kHz) of noise with `bytes` in all, rounded down to a whole frame: no two have the same bytes,
 * and even one that was cut or mixed up with another would show in its hash.
 */
export function noiseWav(bytes: number): Buffer {
  const size = Math.max(4, (bytes - HEADER_BYTES) & ~3);
  const wav = Buffer.alloc(HEADER_BYTES + size);
  wavHeader(size).copy(wav);
  randomFillSync(wav, HEADER_BYTES);
  return wav;
}

/** What stands before `size` bytes of 16-bit stereo samples at 44.1 kHz. */
export function wavHeader(size: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + size, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(44_100, 24);
  header.writeUInt32LE(44_100 * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(size, 40);
  return header;
}
