import { expect, test, vi } from 'vitest';
import type { SystemReport } from '#lib/http/system-report.ts';
import { createSystemStore, ratesOf, type HistoryPoint, type Range } from './system-store.ts';
import { routeOf, systemReport } from './system.fixture.ts';

const point = (at: string): HistoryPoint => ({
  at,
  rss: 1,
  heap_used: 1,
  external: 1,
  array_buffers: 1,
  minor: 0,
  major: 0,
});

function create() {
  let send: (report: SystemReport) => void = () => undefined;
  let tell: (live: boolean) => void = () => undefined;
  const history = vi.fn<(range: Range) => Promise<readonly HistoryPoint[]>>(async range => [point(`${range} h`)]);
  const store = createSystemStore(
    { report: systemReport(0, { routes: [routeOf(10)] }), history: [], range: 6 },
    {
      listen: (onReport, onLive) => {
        [send, tell] = [onReport, onLive];
        return () => undefined;
      },
      history,
    },
  );
  store.follow();
  return { store, history, send: (report: SystemReport) => send(report), tell: (live: boolean) => tell(live) };
}

test('requests a minute are those between reports, over the last minute', () => {
  const { store, send } = create();
  expect(store.view.get().perMinute).toBeUndefined();
  send(systemReport(30, { routes: [routeOf(25)] }));
  expect(store.view.get().perMinute?.get('GET /api/sounds/[kind]')).toBe(30);
  send(systemReport(60, { routes: [routeOf(25)] }));
  expect(store.view.get().perMinute?.get('GET /api/sounds/[kind]')).toBe(15);
  // The first report is too old to count by now.
  send(systemReport(90, { routes: [routeOf(25)] }));
  expect(store.view.get().perMinute?.get('GET /api/sounds/[kind]')).toBe(0);
});

test('a server that began anew counts from nothing: no rate is negative', () => {
  const { store, send } = create();
  send(systemReport(10, { routes: [routeOf(20)] }));
  send(systemReport(20, { uptime: 3, routes: [routeOf(1)] }));
  expect(store.view.get().perMinute).toBeUndefined();
  send(systemReport(30, { uptime: 13, routes: [routeOf(2)] }));
  expect(store.view.get().perMinute?.get('GET /api/sounds/[kind]')).toBe(6);
});

test('a route that appears counts from nothing', () => {
  const rates = ratesOf([systemReport(0), systemReport(60, { routes: [routeOf(7, '/new')] })]);
  expect(rates?.get('GET /new')).toBe(7);
});

test('the history is asked for again once a minute, not with every report', () => {
  const { history, send } = create();
  for (let second = 2; second < 60; second += 2) send(systemReport(second));
  expect(history).not.toHaveBeenCalled();
  send(systemReport(60));
  expect(history).toHaveBeenCalledExactlyOnceWith(6);
});

test('of two ranges asked for quickly the last is shown, whichever comes first', async () => {
  const { store, history } = create();
  const slow = Promise.withResolvers<readonly HistoryPoint[]>();
  history.mockReturnValueOnce(slow.promise);
  const first = store.show(24);
  await store.show(1);
  slow.resolve([point('24 h')]);
  await first;
  expect(store.view.get()).toMatchObject({ range: 1, history: [{ at: '1 h' }] });
});

test('it says when the server does not answer, and when it does again', () => {
  const { store, tell } = create();
  tell(false);
  expect(store.view.get().live).toBe(false);
  tell(true);
  expect(store.view.get().live).toBe(true);
});
