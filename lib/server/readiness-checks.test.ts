import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import type { EngineStatus } from '#lib/voices/voices.ts';
import { readinessChecks, type ReadinessSources } from './readiness-checks.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const engine = (name: string, reason = '', secondsAgo: number | null = 1): EngineStatus => ({
  name,
  kind: 'openai',
  available: reason === '',
  reason,
  checked_at: secondsAgo === null ? null : new Date(NOW - secondsAgo * 1000).toISOString(),
});

/** The check of engines alone; what asking them brings is `after`. */
function engines(before: EngineStatus[], after = before) {
  let now = before;
  const list = vi.fn(async ({ engine: name }: { engine?: string | undefined } = {}) => {
    now = now.map(one => (one.name === name ? (after.find(other => other.name === name) ?? one) : one));
    return { voices: [], warnings: [] };
  });
  const sources = {
    voices: { engines: () => now, list },
    clock: { ...systemClock, now: () => new Date(NOW) },
  } as unknown as ReadinessSources;
  return { check: readinessChecks(sources).engines, list };
}

describe('the check of engines', () => {
  it('passes where all can speak, without asking any that was asked', async () => {
    const { check, list } = engines([engine('embedded'), engine('kokoro')]);
    expect(await check.run()).toEqual({ status: 'ok', facts: { engines: 2, available: 2 } });
    expect(list).not.toHaveBeenCalled();
  });

  it('is degraded where one of several is down, with its name and reason', async () => {
    const { check } = engines([engine('embedded'), engine('kokoro', 'The connection was refused.')]);
    expect(await check.run()).toEqual({
      status: 'degraded',
      detail: 'kokoro: The connection was refused.',
      facts: { engines: 2, available: 1 },
    });
  });

  it('fails where nobody can speak', async () => {
    const { check } = engines([engine('kokoro', 'The engine kokoro cannot be reached.')]);
    expect(await check.run()).toMatchObject({ status: 'failed', detail: 'The engine kokoro cannot be reached.' });
  });

  it('asks an engine of which nothing is known, and one again that was down half a minute ago', async () => {
    const { check, list } = engines(
      [engine('embedded'), engine('new', '', null), engine('back', 'Down.', 31), engine('down', 'Down.', 29)],
      [engine('new', 'The engine new does not answer.'), engine('back')],
    );
    expect(await check.run()).toEqual({
      status: 'degraded',
      detail: 'The engine new does not answer. down: Down.',
      facts: { engines: 4, available: 2 },
    });
    expect(list.mock.calls.map(([filter]) => filter?.engine)).toEqual(['new', 'back']);
  });

  it('is degraded, not failed, while an engine takes its time', () => {
    expect(engines([engine('embedded')]).check.late?.()).toMatchObject({ status: 'degraded' });
    expect(engines([engine('kokoro', 'Down.')]).check.late?.()).toMatchObject({
      status: 'failed',
      detail: 'kokoro: Down.',
    });
  });
});
