/**
 * WAV as programs write it to a pipe: the lengths in the header are made up, and the samples go to the end (RIFF; 16 bits, mono).
 *
 * @returns undefined for anything else
 */
export function readPipedWav(bytes: Buffer): { samples: Float32Array; sampleRate: number } | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return undefined;
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === 'data')
      return sampleRate === undefined ? undefined : { samples: samplesOf(bytes.subarray(body)), sampleRate };
    if (id === 'fmt ') {
      if (length < 16 || body + 16 > bytes.length) return undefined;
      const [format, channels, bits] = [
        bytes.readUInt16LE(body),
        bytes.readUInt16LE(body + 2),
        bytes.readUInt16LE(body + 14),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16) return undefined;
      sampleRate = bytes.readUInt32LE(body + 4);
    }
    at = body + length + (length % 2);
  }
  return undefined;
}

function samplesOf(pcm: Buffer): Float32Array {
  const samples = new Float32Array(pcm.length >> 1);
  for (let n = 0; n < samples.length; n += 1) samples[n] = pcm.readInt16LE(2 * n) / 32_768;
  return samples;
}
