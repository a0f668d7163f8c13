import { describe, expect, it, test } from 'vitest';
import { systemReport } from './system.fixture.ts';
import { formatLatency, formatUptime, jobWords, large, mebibytes, timeLeft, verdictOf } from './system-words.ts';

const MIB = 1024 * 1024;

test.each([
  [0, '0 s'],
  [45, '45 s'],
  [60, '1 min'],
  [3 * 3600 + 20 * 60 + 5, '3 h 20 min'],
  [12 * 86_400 + 4 * 3600 + 59 * 60, '12 d 4 h'],
  [86_400 + 5, '1 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatUptime(seconds)).toBe(text);
});

test('sizes have the digits that matter', () => {
  expect(mebibytes(3.14 * MIB)).toBe('3.1');
  expect(mebibytes(341.4 * MIB)).toBe('341');
  expect(mebibytes(-2 * MIB)).toBe('−2.0');
  expect(large(512 * MIB)).toEqual(['512', 'MiB']);
  expect(large(184 * 1024 * MIB)).toEqual(['184', 'GiB']);
});

test('latencies change their unit at a second', () => {
  expect([0.94, 31.2, 999, 1900].map(formatLatency)).toEqual(['0.9', '31', '999', '1.9 s']);
  expect(formatLatency(null)).toBe('> 60 s');
});

test('the head says the worst first, with its reason', () => {
  expect(verdictOf(systemReport())).toEqual({
    tone: 'good',
    head: 'Ready.',
    rest: 'Memory is steady; the alarm is at 57 MiB an hour.',
  });
  const { ready, memory } = systemReport();
  const failed = { status: 'failed' as const, ms: 5000, detail: 'There was no answer within 5 s.' };
  const unready = systemReport(0, { ready: { status: 'unready', checks: { ...ready.checks, database: failed } } });
  expect(verdictOf(unready)).toMatchObject({
    tone: 'bad',
    head: 'Not ready. Database: There was no answer within 5 s.',
  });
  const critical = systemReport(0, { memory: { ...memory, pressure: { ...memory.pressure, level: 'critical' } } });
  expect(verdictOf(critical)).toMatchObject({ tone: 'bad', head: 'Memory is critical: renders and uploads wait.' });
});

test('a leak is named by its kind and its rate', () => {
  const { memory } = systemReport();
  const trends = [
    { kind: 'heap' as const, finding: 'flat' as const, bytes_per_hour: 0, low: 0, high: 0, from: null },
    {
      kind: 'array_buffers' as const,
      finding: 'growing' as const,
      bytes_per_hour: 80 * MIB,
      low: 0,
      high: 0,
      from: null,
    },
  ];
  const leaking = systemReport(0, { memory: { ...memory, leak: { ...memory.leak, verdict: 'leaking', trends } } });
  expect(verdictOf(leaking)).toEqual({
    tone: 'warning',
    head: 'Memory leaks.',
    rest: 'array buffers +80.0 MiB an hour; the alarm is at 57.',
  });
});

describe('a job in words', () => {
  const job = {
    id: 'r',
    audiobook_id: 'b',
    title: 'T',
    progress: 0.5,
    units_total: 212,
    units_reused: 187,
    units_synthesised: 13,
    eta: 4,
  };

  it.each([
    ['running', 'speak', '200 of 212 spoken, 187 reused'],
    ['running', 'prepare', 'making recordings ready'],
    ['running', 'mix', 'mixing'],
    ['queued', null, 'waits in line'],
    ['paused', 'speak', 'paused; 200 of 212 spoken, 187 reused'],
  ] as const)('%s in the stage %s', (status, stage, words) => {
    expect(jobWords({ ...job, status, stage })).toBe(words);
  });

  it('has the time that is left, where it is known', () => {
    expect([0, 3.2, 59.5, 61, 3600].map(timeLeft)).toEqual(['0:00', '0:04', '1:00', '1:01', '60:00']);
    expect(timeLeft(null)).toBe('');
  });
});
