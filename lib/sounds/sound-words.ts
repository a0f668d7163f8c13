/** How the facts of a sound are written for people. Pure; runs in the browser too. */
import { formatBytes } from '#lib/base/units.ts';
import type { Sound } from './sound.ts';

/** `0:06.42`, `1:02:03.00`; at most two digits under the second. */
export function formatLength(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const rest = (hundredths % 6000) / 100;
  const minutes = Math.floor(hundredths / 6000);
  const tail = rest.toFixed(2).padStart(5, '0');
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}

/** One digit, with a true minus sign; a dash where nothing was measured. */
export function formatLevel(decibels: number | null): string {
  return decibels === null ? '–' : decibels.toFixed(1).replace('-', '−');
}

/** `WAV, 24 bit, 48 kHz, stereo, 1.8 MiB`. */
export function describeFile(sound: Pick<Sound, 'codec' | 'bit_depth' | 'sample_rate' | 'channels' | 'size'>): string {
  const channels = sound.channels === 1 ? 'mono' : sound.channels === 2 ? 'stereo' : `${sound.channels} channels`;
  return [
    sound.codec,
    ...(sound.bit_depth === null ? [] : [`${sound.bit_depth} bit`]),
    `${sound.sample_rate / 1000} kHz`,
    channels,
    formatBytes(sound.size),
  ].join(', ');
}

/** The tag that plays it in a script. */
export function scriptTag(sound: Pick<Sound, 'kind' | 'id'>): string {
  return `{{{${sound.kind === 'effects' ? 'sfx' : 'bg'}:${sound.id}}}}`;
}
