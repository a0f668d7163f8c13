/** What the server has spoken as something that can be played and drawn. */
import type { PlayableSound } from '../player/player-store.ts';

/** As the server writes WAV: 16 bits, one channel, samples behind a header of 44 bytes. */
const RATE_AT = 24;
const SAMPLES_AT = 44;
const BARS = 160;

/** A spoken sentence. Its addresses are of this page alone, and the one of the audio holds memory until it is revoked. */
export function spokenSound(voice: { id: string; name: string }, wav: ArrayBuffer): PlayableSound {
  const { length, peaks } = measure(wav);
  return {
    ...voice,
    kind: 'voice',
    length,
    audio_url: URL.createObjectURL(new Blob([wav], { type: 'audio/wav' })),
    waveform_url: waveformPicture(peaks),
  };
}

/** Seconds, and the largest sample of each part, 0…1. */
export function measure(wav: ArrayBuffer, bars = BARS): { length: number; peaks: number[] } {
  const rate = new DataView(wav).getUint32(RATE_AT, true);
  const samples = new Int16Array(wav.slice(SAMPLES_AT, wav.byteLength - ((wav.byteLength - SAMPLES_AT) % 2)));
  const peaks = Array.from({ length: bars }, (_, bar) => {
    const [from, to] = [bar, bar + 1].map(edge => Math.floor((edge * samples.length) / bars));
    let peak = 0;
    for (let i = from!; i < to!; i++) peak = Math.max(peak, Math.abs(samples[i]!));
    return peak / 32_768;
  });
  return { length: samples.length / rate, peaks };
}

/** A mask of one colour, as the server draws those of sounds; the loudest part fills it. */
function waveformPicture(peaks: readonly number[]): string {
  const most = Math.max(...peaks, 1e-3);
  const edge = (sign: 1 | -1) => peaks.map((peak, i) => `${i} ${(50 - (sign * (50 * peak)) / most).toFixed(1)}`);
  const outline = [...edge(1), ...edge(-1).reverse()].join('L');
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${peaks.length - 1} 100" preserveAspectRatio="none"><path d="M${outline}Z"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
