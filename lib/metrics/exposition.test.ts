import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { counter, gauge, histogram, readGauge } from './registry.ts';

describe('the exposition', () => {
  it('writes every type in both formats, and the one does not spoil the other', async () => {
    counter({ name: 'cups_total', help: 'Cups.\nOf "tea" \\ coffee', labelNames: ['kind'] }).inc(
      { kind: 'a"b\\c\nd' },
      2,
    );
    gauge({ name: 'room_count', help: 'Rooms.' }).set(Number.NaN);
    gauge({ name: 'heat_celsius', help: 'Heat.' }).set(Number.NEGATIVE_INFINITY);
    const sips = histogram({ name: 'sip_seconds', help: 'Sips.' }, [0.5, 1, 10]);
    sips.observe(0.7);
    sips.observe(100);
    const text = [
      '# HELP cups_total Cups.\\nOf "tea" \\\\ coffee',
      '# TYPE cups_total counter',
      'cups_total{kind="a\\"b\\\\c\\nd"} 2',
      '# HELP room_count Rooms.',
      '# TYPE room_count untyped',
      'room_count NaN',
      '# HELP heat_celsius Heat.',
      '# TYPE heat_celsius gauge',
      'heat_celsius -Inf',
      '# HELP sip_seconds Sips.',
      '# TYPE sip_seconds histogram',
      'sip_seconds_bucket{le="0.5"} 0',
      'sip_seconds_bucket{le="1"} 1',
      'sip_seconds_bucket{le="10"} 1',
      'sip_seconds_bucket{le="+Inf"} 2',
      'sip_seconds_sum 100.7',
      'sip_seconds_count 2',
      '',
    ].join('\n');
    expect(await exposition('text')).toBe(text);
    const openmetrics = text
      .replace('HELP cups_total Cups.\\nOf "tea"', 'HELP cups Cups.\\nOf \\"tea\\"')
      .replace('TYPE cups_total', 'TYPE cups')
      .replace('untyped', 'unknown')
      .replace('le="1"', 'le="1.0"')
      .replace('le="10"', 'le="10.0"');
    expect(await exposition('openmetrics')).toBe(`${openmetrics}# EOF\n`);
    expect(await exposition('text')).toBe(text);
  });
});

describe('a gauge that is read when it is asked for', () => {
  const shown = async (name: string) =>
    (await exposition('text')).split('\n').filter(line => line.startsWith(name) && !line.startsWith('#'));

  it('has the values of this moment and no other, under the last reader', async () => {
    let kinds = ['a', 'b'];
    const words = { name: 'read_things', help: 'Things.', labelNames: ['kind'] as const };
    readGauge(words, () => kinds.map(kind => ({ labels: { kind }, value: 1 })));
    expect(await shown('read_things')).toEqual(['read_things{kind="a"} 1', 'read_things{kind="b"} 1']);
    kinds = ['b'];
    expect(await shown('read_things')).toEqual(['read_things{kind="b"} 1']);
    readGauge(words, () => [{ labels: { kind: 'c' }, value: 2 }]);
    expect(await shown('read_things')).toEqual(['read_things{kind="c"} 2']);
  });

  it('has none where it cannot be read, while the others are told', async () => {
    readGauge({ name: 'broken_bytes', help: 'Bytes.' }, () => Promise.reject(new Error('no disk')));
    readGauge({ name: 'whole_bytes', help: 'Bytes.' }, () => [{ labels: {}, value: 3 }]);
    expect(await shown('broken_bytes')).toEqual([]);
    expect(await shown('whole_bytes')).toEqual(['whole_bytes 3']);
  });
});
