import { describe, expect, it } from 'vitest';
import { downmix } from './downmix.ts';

/** What each channel alone comes to, as [left, right]. */
const places = (channels: number) =>
  Array.from({ length: channels }, (_, active) => {
    const block = Array.from({ length: channels }, (_, c) => Float32Array.of(c === active ? 1 : 0));
    return downmix(block).map(side => Number(side[0]!.toFixed(4)));
  });

const h = 0.7071;

describe('a mix of many channels to two', () => {
  it('leaves one and two as they are', () => {
    for (const block of [[Float32Array.of(1, 2)], [Float32Array.of(1), Float32Array.of(2)]]) {
      expect(downmix(block)).toBe(block);
    }
  });

  it('follows BS.775 for the usual layouts', () => {
    expect(places(3)).toEqual([
      [1, 0],
      [0, 1],
      [h, h],
    ]);
    expect(places(4)).toEqual([
      [1, 0],
      [0, 1],
      [h, 0],
      [0, h],
    ]);
    expect(places(5)).toEqual([
      [1, 0],
      [0, 1],
      [h, h],
      [h, 0],
      [0, h],
    ]);
    expect(places(6)).toEqual([
      [1, 0],
      [0, 1],
      [h, h],
      [0, 0],
      [h, 0],
      [0, h],
    ]);
    expect(places(8)).toEqual([
      [1, 0],
      [0, 1],
      [h, h],
      [0, 0],
      [h, 0],
      [0, h],
      [h, 0],
      [0, h],
    ]);
  });

  it('adds up what goes to one side', () => {
    const block = [0.25, 0.5, 0, 1, 0.5, 0].map(sample => Float32Array.of(sample));
    expect(downmix(block).map(side => side[0])).toEqual([Math.fround(0.25 + 0.5 * Math.SQRT1_2), 0.5]);
  });

  it('puts the mean of more channels than have places into both', () => {
    expect(places(10)).toEqual(Array.from({ length: 10 }, () => [0.1, 0.1]));
  });
});
