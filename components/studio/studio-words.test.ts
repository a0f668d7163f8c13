import { expect, it } from 'vitest';
import { describeWish, formatAge, formatClock, formatLeft, formatPlace, plural } from './studio-words.ts';

it('writes lengths in whole seconds and places in tenths', () => {
  expect([0, 7.4, 822, 3723].map(formatClock)).toEqual(['0:00', '0:07', '13:42', '1:02:03']);
  expect([0, 59.96, 307.1, 0.3].map(formatPlace)).toEqual(['0:00.0', '0:59.9', '5:07.1', '0:00.3']);
});

it('says how long ago something was', () => {
  const now = Date.parse('2030-01-10T12:00:00Z');
  const ago = (seconds: number) => formatAge(now - seconds * 1000, now);
  expect([0, 59, 60, 3599, 3600, 86_399, 86_400 * 40].map(ago)).toEqual([
    'now',
    'now',
    '1 min',
    '59 min',
    '1 h',
    '23 h',
    '40 d',
  ]);
  // The clock of another machine may be ahead.
  expect(ago(-5)).toBe('now');
});

it('says how long it still takes', () => {
  expect([0.2, 4.1, 200, 7201].map(formatLeft)).toEqual(['1 s left', '5 s left', '4 min left', '3 h left']);
});

it('describes what was wished for', () => {
  expect(describeWish({ format: 'wav', sample_rate: 44_100, channels: 2, bit_depth: 16, dither: false })).toBe(
    'WAV, 44.1 kHz stereo, 16 bit',
  );
  expect(describeWish({ format: 'wav', sample_rate: 48_000, channels: 1, bit_depth: 32, dither: false })).toBe(
    'WAV, 48 kHz mono, 32 bit float',
  );
});

it('counts in words', () => {
  expect([plural(1, 'error'), plural(1200, 'unit')]).toEqual(['1 error', '1,200 units']);
});
