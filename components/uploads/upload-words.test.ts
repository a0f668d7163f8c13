import { describe, expect, test } from 'vitest';
import { announcement, formatPart, formatTimeLeft, headline } from './upload-words.ts';

const totals = {
  files: 6,
  done: 3,
  open: 3,
  added: 1,
  duplicates: 1,
  failed: 1,
  notSounds: 0,
  bytes: 0,
  sentBytes: 0,
  rate: 0,
  secondsLeft: undefined,
};

describe('words of uploads', () => {
  test('a part is told in the unit of the whole', () => {
    expect(formatPart(8.1 * 1024 ** 2, 12.6 * 1024 ** 2)).toBe('8.1 of 12.6 MiB');
    expect(formatPart(512, 2 * 1024 ** 2)).toBe('0.0 of 2 MiB');
    expect(formatPart(0, 1)).toBe('0 of 1 byte');
  });

  test('the time left gets coarser the longer it is', () => {
    expect([0.2, 59, 61, 3599, 7260].map(formatTimeLeft)).toEqual([
      '≈ 1 s left',
      '≈ 59 s left',
      '≈ 1 min left',
      '≈ 1 h 0 min left',
      '≈ 2 h 1 min left',
    ]);
  });

  test('the headline counts what is done, and says what came of it at the end', () => {
    expect(headline({ hold: undefined, totals })).toBe('Uploading, 3 of 6 done');
    expect(headline({ hold: { why: 'paused' }, totals })).toBe('Paused, 3 of 6 done');
    expect(headline({ hold: undefined, totals: { ...totals, done: 6, open: 0, added: 4 } })).toBe(
      'Done, 4 added, 1 already here, 1 failed',
    );
  });

  test('progress is not announced', () => {
    const before = announcement({ hold: undefined, totals });
    expect(announcement({ hold: undefined, totals: { ...totals, done: 4, open: 2, sentBytes: 12 } })).toBe(before);
  });
});
