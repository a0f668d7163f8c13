import { RATE, type Signal } from './signal.ts';

const HEADER_BYTES = 44;

/** A canonical WAV of 16 bits a sample (RIFF, `fmt ` of 16 bytes, `data`); samples beyond ±1 are cut off. */
export function encodeWav(channels: readonly Signal[]): Uint8Array<ArrayBuffer> {
  const frames = channels[0]?.length ?? 0;
  const blockAlign = 2 * channels.length;
  const size = frames * blockAlign;
  const bytes = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(bytes.buffer);
  const ascii = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  };
  ascii(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + size, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, 16, true);
  ascii(36, 'data');
  view.setUint32(40, size, true);
  channels.forEach((channel, c) => {
    let at = HEADER_BYTES + 2 * c;
    for (let i = 0; i < frames; i++, at += blockAlign) {
      view.setInt16(at, Math.max(-32_768, Math.min(32_767, Math.round(channel[i]! * 32_768))), true);
    }
  });
  return bytes;
}
