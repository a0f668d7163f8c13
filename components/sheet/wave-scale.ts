/** Where things stand on the waveform of the sheet. Pure. */
import { gainToDecibels } from '#lib/base/units.ts';
import { MAX_GAIN } from '#lib/sounds/sound-limits.ts';
import { gainOf, QUIETEST_DB } from './sheet-fields.ts';

/** Share of the half height that unity gain has; up to there the scale is linear, as fades are, and above it in decibels. */
const UNITY = 0.8;

/** @returns 0 in the middle to 1 at the edge */
export function heightOfGain(gain: number): number {
  if (gain <= 1) return gain * UNITY;
  return UNITY + (1 - UNITY) * (Math.log(Math.min(gain, MAX_GAIN)) / Math.log(MAX_GAIN));
}

/** The gain at a height 0…1, to a tenth of a decibel; silence below −60 dB. */
export function gainOfHeight(height: number): number {
  const bounded = Math.max(0, Math.min(1, height));
  const gain = bounded <= UNITY ? bounded / UNITY : MAX_GAIN ** ((bounded - UNITY) / (1 - UNITY));
  return toTenth(gainToDecibels(gain));
}

/** The gain some tenths of a decibel away. */
export function stepGain(gain: number, decibels: number): number {
  const from = gain === 0 ? QUIETEST_DB - 0.1 : gainToDecibels(gain);
  return toTenth(from + decibels);
}

function toTenth(decibels: number): number {
  const rounded = Math.round(decibels * 10) / 10;
  return rounded < QUIETEST_DB ? 0 : Math.min(MAX_GAIN, gainOf(rounded));
}

/** To a hundredth of a second, which is what a handle moves by. */
export function toHundredth(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Round moments for the ruler, seven at most. */
export function ticksOf(length: number): number[] {
  const step = STEPS.find(one => length / one <= 7) ?? 7200;
  const ticks = [];
  for (let i = 0; i * step <= length * 0.98; i += 1) ticks.push(Math.round(i * step * 100) / 100);
  return ticks;
}

/** `5`, `0.5`, `1:30`, `1:00:00`. */
export function tickText(seconds: number): string {
  if (seconds < 60) return String(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
