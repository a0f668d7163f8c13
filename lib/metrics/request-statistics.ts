/** What the metrics of requests say of each route, for people. */
import { durations } from './http-requests.ts';

export interface RequestStatistics {
  method: string;
  /** The route's template. */
  endpoint: string;
  requests: number;
  /** Of them with a status of 500 or more. */
  errors: number;
  /** Milliseconds; null where it is past the last bound of the histogram. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

interface Tally {
  method: string;
  endpoint: string;
  requests: number;
  errors: number;
  /** Requests up to each bound, by the bound in seconds. */
  upTo: Map<number, number>;
}

/** By route and method since the process began, the most asked for first. */
export async function requestStatistics(): Promise<RequestStatistics[]> {
  const tallies = new Map<string, Tally>();
  for (const { labels: given, value, metricName } of (await durations().get()).values) {
    // The bound of a bucket is a label that only the histogram itself gives.
    const labels: Partial<Record<'method' | 'endpoint' | 'status_code' | 'le', string | number>> = given;
    const method = String(labels.method);
    const endpoint = String(labels.endpoint);
    const key = `${method} ${endpoint}`;
    const tally = tallies.get(key) ?? { method, endpoint, requests: 0, errors: 0, upTo: new Map<number, number>() };
    tallies.set(key, tally);
    if (metricName?.endsWith('_count') === true) {
      tally.requests += value;
      if (Number(labels.status_code) >= 500) tally.errors += value;
    } else if (metricName?.endsWith('_bucket') === true && labels.le !== '+Inf') {
      const bound = Number(labels.le);
      tally.upTo.set(bound, (tally.upTo.get(bound) ?? 0) + value);
    }
  }
  return [...tallies.values()]
    .map(({ upTo, ...tally }) => {
      const at = (share: number) =>
        quantile(
          [...upTo].sort(([a], [b]) => a - b),
          tally.requests,
          share,
        );
      return { ...tally, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
    })
    .sort((a, b) => b.requests - a.requests);
}

/**
 * Where a share of the requests is reached, by straight lines within the buckets, as Prometheus' `histogram_quantile` has it.
 *
 * @param upTo pairs of a bound in seconds and how many took at most that long, ascending
 * @returns milliseconds, or null where it is past the last bound
 */
export function quantile(
  upTo: readonly (readonly [bound: number, count: number])[],
  requests: number,
  share: number,
): number | null {
  const wanted = requests * share;
  let [below, before] = [0, 0];
  for (const [bound, count] of upTo) {
    if (count >= wanted && count > before) {
      return 1000 * (below + (bound - below) * ((wanted - before) / (count - before)));
    }
    [below, before] = [bound, count];
  }
  return null;
}
