import type { RouteStatistics, SystemReport } from '#lib/http/system-report.ts';
import { Panel } from './panel.tsx';
import { routeName } from './system-store.ts';
import { formatLatency, formatRate } from './system-words.ts';

/** The axis of latencies: 0.1 ms to a minute, each power of ten equally wide. */
const AXIS = { from: 0.1, to: 60_000 };
const TICKS = [1, 100, 10_000];
const MOST = 12;

export function RoutesPanel({
  routes,
  perMinute,
}: {
  routes: SystemReport['routes'];
  perMinute: ReadonlyMap<string, number> | undefined;
}) {
  // A stream of events lasts as long as somebody looks; that is no latency.
  const answered = routes.filter(({ endpoint }) => !endpoint.endsWith('/events'));
  const shown = answered.slice(0, MOST);
  return (
    <Panel
      place="routes"
      title="Routes"
      note="since the start"
      side={
        <span className="hint latency-key" aria-hidden>
          <i className="p50" /> p50 <i className="p95" /> p95 <i className="p99" /> p99
        </span>
      }
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th scope="col" className="number wide-only">
              a min
            </th>
            <th scope="col" className="latency wide-only">
              <span className="latency-axis" aria-hidden>
                {TICKS.map(tick => (
                  <i key={tick} style={{ left: place(tick) }}>
                    {tick < 1000 ? tick : `${tick / 1000} s`}
                  </i>
                ))}
              </span>
              <span className="hidden-words">Latency</span>
            </th>
            <th scope="col" className="number">
              p50
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col" className="number wide-only">
              p99
            </th>
            <th scope="col" className="number">
              Errors
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(route => (
            <tr key={routeName(route)}>
              <th scope="row" className="route">
                <span className="method">{route.method}</span> <code title={route.endpoint}>{route.endpoint}</code>
              </th>
              <td className="number wide-only">{formatRate(perMinute?.get(routeName(route)))}</td>
              <td className="latency wide-only">
                <Latency route={route} />
              </td>
              <td className="number">{formatLatency(route.p50_ms)}</td>
              <td className="number">{formatLatency(route.p95_ms)}</td>
              <td className="number wide-only">{formatLatency(route.p99_ms)}</td>
              <td className={`number ${route.errors > 0 ? 'bad' : 'hint'}`}>{route.errors.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {answered.length > MOST && (
        <p className="hint">
          {answered.length - MOST} more, asked for less often. All of them are in <a href="/metrics">the metrics</a>.
        </p>
      )}
    </Panel>
  );
}

function Latency({ route: { p50_ms, p95_ms, p99_ms } }: { route: RouteStatistics }) {
  return (
    <span className="latency-line" aria-hidden>
      {p50_ms !== null && <i className="p50" style={{ left: place(p50_ms) }} />}
      {p95_ms !== null && <i className="p95" style={{ left: place(p95_ms) }} />}
      {p99_ms !== null && <i className="p99" style={{ left: place(p99_ms) }} />}
    </span>
  );
}

function place(ms: number): string {
  const within = Math.min(AXIS.to, Math.max(AXIS.from, ms));
  return `${((Math.log10(within / AXIS.from) / Math.log10(AXIS.to / AXIS.from)) * 100).toFixed(1)}%`;
}
